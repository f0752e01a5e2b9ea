"""Observes a submission by calling the probes in this very process, as the grader's child would."""

import contextlib
import importlib
import io
import sys
import time
import unittest
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from autograder.evidence.import_policy import imports_slowly
from autograder.local_runner.hand_out import HandOut, question
from autograder.local_runner.workspace import Workspace
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import ProbeRun, observation_of
from autograder.wire.declaration import Observed, declarations, fit
from autograder.wire.entry import PART, Entry
from autograder.wire.frames import decode, encode
from autograder.wire.limits import Limits
from autograder.wire.usage import Usage
from autograder.worker import cell_by_cell, import_in_steps
from autograder.worker.run_probe import Probe, hand_over, load_probe, prepare, run_probe

ONLY_THERE = "only the grader can check this."


class Here:
    """Observes the submission in a workspace."""

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
        self._seen: dict[str, Observation] = {}
        import_in_steps.install(workspace.folder, search=sys.path)
        cell_by_cell.passed_on.add(KeyboardInterrupt)  # here it is the student's Ctrl-C
        self._entries = hand_out.parts or (hand_out.imports,)
        self._latest = ""
        self._imported = {entry: self._import(entry) for entry in self._entries}
        self._kept = any(map(imports_slowly, self._imported.values()))  # once, and not anew for each probe

    @property
    def problem(self) -> Observation | None:
        """Why nothing at all can be observed: how the import ended, unless it returned; of parts, each has its own."""
        return None if self._hand_out.parts else self._problem_of(self._entries[0])

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw; each is run once for each set of arguments."""
        if deferred:
            raise unittest.SkipTest(ONLY_THERE)
        entry = str(arguments.get(PART, self._entries[0]))
        if problem := self._problem_of(entry):
            if self._hand_out.parts:
                return replace(problem, reason=f"`{entry}` could not be imported: {problem.reason}")
            return replace(problem, verdict=Verdict.NOT_RUN)
        name = question(probe, arguments)
        if name not in self._seen:
            source = (self._probes / f"{self._hand_out.probes[probe]}.py").read_text(encoding="utf-8")
            own = {key: value for key, value in arguments.items() if key != PART}
            self._seen[name] = self._run(lambda: load_probe(source, probe), decode(encode(own)), entry)
        return self._seen[name]

    def _problem_of(self, entry: str) -> Observation | None:
        imported = self._imported[entry]
        return None if imported.verdict is Verdict.RETURNED else imported

    def _import(self, entry: str) -> Observation:
        return self._run(lambda: Probe(lambda submitted: bool(submitted.module)), {}, entry)

    def _run(self, load: Callable[[], Probe], arguments: Mapping[str, Any], entry: str) -> Observation:
        self._prepare_interpreter(entry)
        submitted, folder = Submitted(entry, _only_there), str(self._workspace.folder)
        printed, begin = io.StringIO(), time.process_time()
        with self._workspace.entered(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            answer = run_probe(load, arguments, submitted, folder, passing=(KeyboardInterrupt, unittest.SkipTest))
        plain = hand_over(answer, folder, _crossed)
        usage = Usage(cpu_s=time.process_time() - begin)
        run = ProbeRun(confined=True, answer=plain, usage=usage, printed=printed.getvalue()[-4000:])
        return observation_of(run, Limits())

    def _prepare_interpreter(self, entry: str) -> None:
        """Forget the submission's modules, and seed every generator, as if the process had just begun."""
        folder = str(self._workspace.folder)
        sys.path[:] = [*Entry.of(entry).search(folder), *(path for path in sys.path if not path.startswith(folder))]
        if not self._seen or not self._kept or entry != self._latest:
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None) or "").startswith(folder):
                    del sys.modules[name]
        self._latest = entry
        prepare(entry, self._hand_out.seed, self._hand_out.threads)
        torch.manual_seed(self._hand_out.seed)  # a student's machine may have a GPU, whose generators this seeds too


def _crossed(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as it would come out of the sandbox."""
    ((kind, value),) = message.items()
    plain = decode(encode(value))
    return {kind: fit(plain, type(value)) if isinstance(value, Observed) else plain}


def _only_there(name: str, kept: dict[str, Any]) -> Any:
    """Skip the test that wants a deferred input, which stays with the grader."""
    raise unittest.SkipTest(ONLY_THERE)


class Recorded:
    """Answers questions about the reference solution, as far as the handout holds the answers."""

    digest = "reference"

    def __init__(self, answers: Mapping[str, Observation], declared: Mapping[str, type[Observed]]) -> None:
        self._answers = answers
        self._declared = declared

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the recorded observation; skips the test if there is none."""
        name = question(probe, arguments)
        if deferred or name not in self._answers:
            raise unittest.SkipTest(ONLY_THERE)
        answer = self._answers[name]
        return replace(answer, value=fit(answer.value, self._declared[probe])) if probe in self._declared else answer


def declared_in(package: str) -> dict[str, type[Observed]]:
    """Return what the probes of a handout declare to return; those of other tests were left out."""
    return declarations(vars(importlib.import_module(f"{package}.observed")))
