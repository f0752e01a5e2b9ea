"""Runs the same checks without this harness, in the interpreter that runs the submission.

Run by overhead.py, startup.py and class_baselines/, in a fresh interpreter whose working directory is laid out like a
submission's. Weights and data that a program would download come from the hand-out, as in the sandbox.

    python in_process.py suites REFERENCE.pickle [NUMBER …]   run tests with gradescope-utils' JSONTestRunner
    python in_process.py record REFERENCE.pickle              write what the tests ask of the reference
    python in_process.py bare                                 run_model() and the held-out pass, nothing else
    python in_process.py alone                                run all tests, without a recorded reference
"""

import contextlib
import io
import json
import os
import pickle
import sys
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path.cwd()), str(Path(__file__).resolve().parents[1])]

SLUG = os.environ.get("BENCH_ASSIGNMENT", "cifar8_finetune")
PROGRAMS = [path.read_text(encoding="utf-8") for path in Path.cwd().rglob("*.py")]
if any("torchvision" in text for text in PROGRAMS):  # no interpreter pays for what it does not use
    from autograder.probes.torchvision_without_ops import import_torchvision
    from autograder.worker import local_datasets, pretrained_weights

    pretrained_weights.install()  # torchvision takes its functions when it is imported
    local_datasets.install(import_torchvision())

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from autograder import project
from autograder.checks.case import SubmissionTestCase
from autograder.checks.evidence import Evidence
from autograder.evidence.probe_sources import probe_sources
from autograder.evidence.running import Question
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import answered
from autograder.suites.load import load_suites
from autograder.wire import built_in
from autograder.wire.entry import Entry
from autograder.worker import child
from autograder.worker.run_probe import Probe, load_probe, run_probe
from autograder.worker.run_probe import prepare as prepare_generators


class InProcess:
    """Observes by calling the probe."""

    digest = "bench"

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}
        self._sources = probe_sources(SLUG)
        self._assignment = load_assignment(SLUG)

    def observe(self, probe: str, deferred: dict[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe returned or raised, once for each question."""
        question = Question(probe, arguments, deferred or {})
        if question.name not in self.seen:
            with as_it_was(), planted(question.planted):
                self.seen[question.name] = self._observed(question)
        return self.seen[question.name]

    def _observed(self, question: Question) -> Observation:
        assignment, here = self._assignment, str(Path.cwd())
        entry = question.part or assignment.entry
        sys.path[:0] = [folder for folder in Entry.of(entry).search(here) if folder not in sys.path]
        prepare_generators(entry, assignment.seed, assignment.threads)
        submitted = Submitted(entry, lambda name, _: question.deferred[name]("bench"))
        answer = run_probe(lambda: self._probe_of(question), question.of_probe, submitted, here)
        return answered(answer.as_message())

    def _probe_of(self, question: Question) -> Probe:
        name = question.probe
        if question.is_built_in:
            return Probe(child.BUILT_IN[name], built_in.BUILT_IN.get(name))
        return load_probe(self._sources[name].text, name)


@contextlib.contextmanager
def as_it_was() -> Iterator[None]:
    """Undo what a probe's program does to the files of the working directory, which other probes need."""
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in Path().rglob("*") if path.is_file()}
    try:
        yield
    finally:
        for path, (time, content) in before.items():
            if not path.is_file() or path.stat().st_mtime_ns != time:
                path.write_bytes(content)


@contextlib.contextmanager
def planted(files: Mapping[str, bytes]) -> Iterator[None]:
    """Give files of the working directory another content for a while."""
    before = {name: Path(name).read_bytes() for name in files}
    for name, content in files.items():
        Path(name).write_bytes(content)
    try:
        yield
    finally:
        for name, content in before.items():
            Path(name).write_bytes(content)


class Recorded:
    """Answers from a recording, as hard-coded expected values would."""

    digest = "bench"

    def __init__(self, seen: dict[str, Any]) -> None:
        self._seen = seen

    def observe(self, probe: str, deferred: dict[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the recorded observation."""
        return self._seen[Question(probe, arguments, deferred or {}).name]


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
    lost = [f"{test['number']}: {test.get('output', '')}" for test in results["tests"] if test["status"] != "passed"]
    if lost:  # a training that ends at once, say, is not the same work
        sys.exit("\n".join([f"{SLUG}: without the harness the reference loses points", *lost]))
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
