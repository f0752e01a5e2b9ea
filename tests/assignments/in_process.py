"""Judges a program by an assignment's own probes, in this process instead of the sandbox."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import torch

from autograder import project
from autograder.checks.evidence import Evidence
from autograder.evidence.running import Question
from autograder.model.observation import Observation, StudentError
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.probes.submitted import MissingName
from autograder.suites.run import run_suites
from autograder.wire.arguments import unpacked
from tests.helpers import plan, returned, some_evidence

NO_DIGEST = "0" * 64


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
    """Observes a program in this process, and calls each probe once for each set of arguments.

    Attributes:
        digest: any; nothing is cached under it.
    """

    def __init__(self, call: Callable[[str, Mapping[str, Any], Mapping[str, bytes]], Observation]) -> None:
        """Observe by calling probes.

        Args:
            call: runs the probe of a name with these arguments, and with these files in the place of given ones.
        """
        self.digest = NO_DIGEST
        self._call = call
        self._known: dict[str, Observation] = {}

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the observation, and remember it."""
        planted = Question(probe, arguments, deferred or {}).planted
        key = f"{probe} {arguments} {sorted((name, hash(content)) for name, content in planted.items())}"
        if key not in self._known:
            self._known[key] = self._call(probe, arguments, planted)
        return self._known[key]


def in_fresh_folder(
    program: Program,
    probes: Sequence[ModuleType],
    given: Path,
    probe: str,
    arguments: Mapping[str, Any],
    planted: Mapping[str, bytes],
) -> Observation:
    """Return what a probe returned or raised in a fresh folder with the hand-out's data.

    Args:
        program: the submission.
        probes: modules of probes.
        given: a folder of the hand-out, which probes find by its name.
        probe: the name of the probe.
        arguments: its arguments.
        planted: content of files of the hand-out, by their paths, if it is another one.
    """
    function = next(getattr(module, probe) for module in probes if hasattr(module, probe))
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        if planted:
            shutil.copytree(given, Path(folder, given.name))
            for name, content in planted.items():
                Path(folder, name).write_bytes(content)
        else:
            Path(folder, given.name).symlink_to(given)
        os.chdir(folder)
        torch.manual_seed(0)
        try:
            return returned(function(program, **unpacked(arguments)))
        except Exception as error:
            told = StudentError(type(error).__name__, str(error), "")
            return Observation(Verdict.RAISED, error=told, reason=f"{told.kind}: {told.message}")
        finally:
            os.chdir(before)


def outcomes_of(
    cases: Iterable[type],
    program: Program,
    probes: Iterable[ModuleType],
    given: str,
    digest: str = NO_DIGEST,
    reference: Program | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> dict[str, Outcome]:
    """Return the outcomes of suites by their numbers.

    Args:
        cases: classes of tests.
        program: the submission.
        probes: modules of probes.
        given: path below `fixtures` of the hand-out's folder.
        digest: of the program; other questions are drawn for another one.
        reference: stands for the reference solution; one without any names unless given.
        thresholds: of the profile; none unless given.
    """
    folder, modules = project.PROJECT / "fixtures" / given, list(probes)
    programs = (program, reference or Program())
    submission, right = (InProcess(partial(in_fresh_folder, one, modules, folder)) for one in programs)
    submission.digest = digest
    profile = msgspec.structs.replace(some_evidence().profile, thresholds=dict(thresholds or {}))
    evidence = Evidence(submission, right, profile, folder.parent, "secret")
    return {one.number: one for case in cases for one in run_suites(plan(case), evidence)}
