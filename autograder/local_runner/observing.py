"""Observes a submission by calling the probes in this very process, as the grader's child would."""

import contextlib
import io
import sys
import time
import unittest
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from autograder.local_runner.hand_out import HandOut, question
from autograder.local_runner.workspace import Workspace
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import ProbeRun, observation_of
from autograder.wire.frames import decode, encode
from autograder.wire.limits import Limits
from autograder.wire.usage import Usage
from autograder.worker.run_probe import hand_over, load_probe, prepare, run_probe

SLOW_IMPORT_CPU_S = 3.0  # from which on a submission is imported once, and not anew for each probe
ONLY_THERE = "only the grader can check this."


class Here:
    """Observes what lies in a workspace."""

    digest = "at home"

    def __init__(self, hand_out: HandOut, workspace: Workspace, probes: Path) -> None:
        """Make an observer.

        Args:
            hand_out: which assignment.
            workspace: where the submission lies.
            probes: folder of the probes' modules.
        """
        self._hand_out = hand_out
        self._workspace = workspace
        self._probes = probes
        self._entry = Path(hand_out.entry).stem
        self._seen: dict[str, Observation] = {}
        self._imported = self._run(lambda submitted: {"names": sorted(vars(submitted.module))})
        self._kept = self._imported.cpu_s > SLOW_IMPORT_CPU_S

    @property
    def problem(self) -> Observation | None:
        """Why nothing at all can be observed: how the import ended, unless it returned."""
        return None if self._imported.verdict is Verdict.RETURNED else self._imported

    def observe(self, probe: str, late: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw; each is run once for each set of arguments."""
        if late:
            raise unittest.SkipTest(ONLY_THERE)
        if self.problem:
            return replace(self.problem, verdict=Verdict.NOT_RUN)
        name = question(probe, arguments)
        if name not in self._seen:
            source = (self._probes / f"{self._hand_out.probes[probe]}.py").read_text(encoding="utf-8")
            plain = decode(encode(arguments))
            self._seen[name] = self._run(lambda submitted: load_probe(source, probe)(submitted, **plain))
        return self._seen[name]

    def _run(self, probe: Callable[[Submitted], Any]) -> Observation:
        self._prepare_interpreter()
        submitted, folder = Submitted(self._entry, _only_there), str(self._workspace.folder)
        printed, begin = io.StringIO(), time.process_time()
        with self._workspace.entered(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            answer = run_probe(probe, submitted, folder, passing=(KeyboardInterrupt, unittest.SkipTest))
        plain = hand_over(answer, folder, lambda message: decode(encode(message)))  # as it would leave the sandbox
        usage = Usage(cpu_s=time.process_time() - begin)
        run = ProbeRun(confined=True, answer=plain, usage=usage, printed=printed.getvalue()[-4000:])
        return observation_of(run, Limits())

    def _prepare_interpreter(self) -> None:
        """Forget the submission's modules, and seed every generator, as if the process had just begun."""
        folder = str(self._workspace.folder)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        if self._seen == {} or not self._kept:
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None) or "").startswith(folder):
                    del sys.modules[name]
        prepare(self._entry, self._hand_out.seed, self._hand_out.threads)
        torch.manual_seed(self._hand_out.seed)  # a student's machine may have a GPU, whose generators this seeds too


def _only_there(name: str) -> Any:
    """Skip the test that wants a late input, which stays with the grader."""
    raise unittest.SkipTest(ONLY_THERE)


class Recorded:
    """Answers what the reference solution did, as far as that is in the handout."""

    digest = "reference"

    def __init__(self, answers: Mapping[str, Observation]) -> None:
        self._answers = answers

    def observe(self, probe: str, late: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the recorded observation; skips the test if there is none."""
        name = question(probe, arguments)
        if late or name not in self._answers:
            raise unittest.SkipTest(ONLY_THERE)
        return self._answers[name]
