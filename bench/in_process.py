"""Runs the same checks without this harness, in the interpreter that runs the submission.

Run by overhead.py and class_baselines/, in a fresh interpreter whose working directory is laid out like a submission's.

    python in_process.py suites REFERENCE.pickle [NUMBER …]   run tests with gradescope-utils' JSONTestRunner
    python in_process.py record REFERENCE.pickle              write what the tests ask of the reference
    python in_process.py bare                                 run_model() and the held-out pass, nothing else
    python in_process.py alone                                run all tests, without a recorded reference
"""

import io
import json
import os
import pickle
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path.cwd()), str(Path(__file__).resolve().parents[1])]

SLUG = os.environ.get("BENCH_ASSIGNMENT", "cifar8_finetune")
if "torchvision" in Path("submitted.py").read_text(encoding="utf-8"):  # no interpreter pays for what it does not use
    from autograder.probes.torchvision_without_ops import import_torchvision

    import_torchvision()

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from autograder import project
from autograder.checks.case import SubmissionTestCase
from autograder.checks.evidence import Evidence
from autograder.evidence.probe_sources import probe_sources
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import answered
from autograder.suites.load import load_suites
from autograder.worker.run_probe import load_probe, run_probe


class InProcess:
    """Observes by calling the probe."""

    digest = "bench"

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}
        self._sources = probe_sources(SLUG)

    def observe(self, probe: str, deferred: dict[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe returned or raised, once for each set of arguments."""
        name = json.dumps([probe, arguments], sort_keys=True)
        if name not in self.seen:
            submitted = Submitted("submitted", lambda name, _: (deferred or {})[name]("bench"))
            source, here = self._sources[probe].text, str(Path.cwd())
            answer = run_probe(lambda: load_probe(source, probe), arguments, submitted, here)
            self.seen[name] = answered(answer.as_message())
        return self.seen[name]


class Recorded:
    """Answers from a recording, as hard-coded expected values would."""

    digest = "bench"

    def __init__(self, seen: dict[str, Any]) -> None:
        self._seen = seen

    def observe(self, probe: str, deferred: dict[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the recorded observation."""
        return self._seen[json.dumps([probe, arguments], sort_keys=True)]


def prepare(reference: Any, numbers: list[str]) -> tuple[InProcess, dict[str, unittest.TestCase]]:
    """Return what observes the submission, and the tests of these numbers, which ask it."""
    assignment = load_assignment(SLUG)
    observer = InProcess()
    data = project.data(SLUG, "embedded")
    SubmissionTestCase.evidence = Evidence(
        observer, reference or observer, assignment.profiles["embedded"], data, assignment.secret
    )
    planned = [test for test in load_suites(assignment) if not numbers or test.number in numbers]
    return observer, {test.number: test.case for test in planned}


def run_suites(reference: Any, numbers: list[str]) -> InProcess:
    """Run the tests of these numbers with JSONTestRunner; print score and tests passed; return what was observed."""
    observer, cases = prepare(reference, numbers)
    stream = io.StringIO()
    JSONTestRunner(stream=stream, visibility="visible").run(unittest.TestSuite(cases.values()))
    results = json.loads(stream.getvalue())
    passed = sum(test["status"] == "passed" for test in results["tests"])
    print(json.dumps({"score": results["score"], "passed": passed}))
    return observer


def main() -> None:
    """Do what the arguments say."""
    command, *arguments = sys.argv[1:]
    if command == "alone":
        run_suites(None, [])
        return
    if command == "bare":
        from autograder.assignments.cifar8_finetune.heldout import deferred_inputs

        assignment = load_assignment(SLUG)
        here, data = InProcess(), project.data(SLUG, "embedded")
        evidence = Evidence(here, here, assignment.profiles["embedded"], data, assignment.secret)
        print(here.observe("trained", deferred_inputs(evidence)).verdict)
        return
    file, numbers = Path(arguments[0]), arguments[1:]
    if command == "record":
        file.write_bytes(pickle.dumps(run_suites(None, numbers).seen))
    else:
        run_suites(Recorded(pickle.loads(file.read_bytes())), numbers)


if __name__ == "__main__":
    main()
