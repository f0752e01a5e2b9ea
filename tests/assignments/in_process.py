"""Judges a program by an assignment's own probes, in this process instead of the sandbox."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import torch

from autograder import project
from autograder.checks.case import Evidence
from autograder.model.observation import Observation, StudentError
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.probes.submitted import MissingName
from autograder.suites.run import run_suites
from tests.helpers import plan, returned, some_evidence


class Program:
    """Stands for a submission: its names, without a file."""

    def __init__(self, **names: Any) -> None:
        self.module = SimpleNamespace(**names)

    def get(self, name: str) -> Any:
        """Return what has this name."""
        if not hasattr(self.module, name):
            raise MissingName(f"submitted.py does not define `{name}`")
        return getattr(self.module, name)


class InProcess:
    """Observes a program by calling probes, each in a fresh folder with the hand-out's data.

    Attributes:
        digest: of the program, any.
    """

    def __init__(self, program: Program, probes: Iterable[ModuleType], given: Path) -> None:
        """Observe a program.

        Args:
            program: the submission.
            probes: modules of probes.
            given: a folder of the hand-out, which probes find by its name.
        """
        self.digest = "0" * 64
        self._program, self._probes, self._given = program, list(probes), given
        self._known: dict[str, Observation] = {}

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe returned or raised; it is called once for each set of arguments."""
        key = f"{probe} {arguments}"
        if key not in self._known:
            self._known[key] = self._called(probe, arguments)
        return self._known[key]

    def _called(self, probe: str, arguments: Mapping[str, Any]) -> Observation:
        function = next(getattr(module, probe) for module in self._probes if hasattr(module, probe))
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, self._given.name).symlink_to(self._given)
            os.chdir(folder)
            torch.manual_seed(0)
            try:
                return returned(function(self._program, **arguments))
            except Exception as error:
                told = StudentError(type(error).__name__, str(error), "")
                return Observation(Verdict.RAISED, error=told, reason=f"{told.kind}: {told.message}")
            finally:
                os.chdir(before)


def outcomes_of(
    cases: Iterable[type], program: Program, probes: Iterable[ModuleType], given: str
) -> dict[str, Outcome]:
    """Return the outcomes of suites by their numbers.

    Args:
        cases: classes of tests.
        program: the submission.
        probes: modules of probes.
        given: path below `fixtures` of the hand-out's folder.
    """
    folder, modules = project.PROJECT / "fixtures" / given, list(probes)
    submission, reference = (InProcess(one, modules, folder) for one in (program, Program()))
    profile = msgspec.structs.replace(some_evidence().profile, thresholds={})
    evidence = Evidence(submission, reference, profile, folder.parent, "secret")
    return {one.number: one for case in cases for one in run_suites(plan(case), evidence)}
