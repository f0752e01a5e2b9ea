"""Observes a submission by calling the probes in this very process, as the grader's child would."""

import contextlib
import importlib
import io
import random
import sys
import time
import unittest
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.evidence.import_policy import imports_slowly
from autograder.local_runner.hand_out import HandOut, question
from autograder.local_runner.workspace import Workspace
from autograder.model.assignment import Limits
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.probes.submitted import Submitted, UnexpectedResult
from autograder.sandbox.verdicts import ProbeRun, observation_of
from autograder.wire.declaration import CANNOT_TAKE, Misfit, Observed, declarations, fit
from autograder.wire.frames import decode, encode
from autograder.worker.student_errors import described

ONLY_THERE = "only the grader can check this."


class NoChannel:
    """Stands where the grader's channel would: deferred inputs stay with the grader."""

    def ask(self, name: str) -> Any:
        """Skip the test that wants one."""
        raise unittest.SkipTest(ONLY_THERE)


class Here:
    """Observes what lies in a workspace."""

    digest = "at home"

    def __init__(
        self, hand_out: HandOut, workspace: Workspace, probes: Path, declared: Mapping[str, type[Observed]]
    ) -> None:
        """Make an observer.

        Args:
            hand_out: which assignment.
            workspace: where the submission lies.
            probes: folder of the probes' modules.
            declared: for each probe's name what it returns.
        """
        self._hand_out = hand_out
        self._workspace = workspace
        self._probes = probes
        self._declared = declared
        self._seen: dict[str, Observation] = {}
        self._imported = self._run(lambda submitted: bool(submitted.module))
        self._kept = imports_slowly(self._imported)  # once, and not anew for each probe

    @property
    def problem(self) -> Observation | None:
        """Why nothing at all can be observed: how the import ended, unless it returned."""
        return None if self._imported.verdict is Verdict.RETURNED else self._imported

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw; each is run once for each set of arguments."""
        if deferred:
            raise unittest.SkipTest(ONLY_THERE)
        if self.problem:
            return replace(self.problem, verdict=Verdict.NOT_RUN)
        name = question(probe, arguments)
        if name not in self._seen:
            function, plain = self._function(probe), decode(encode(arguments))
            self._seen[name] = self._run(lambda submitted: self._fitted(probe, function(submitted, **plain)))
        return self._seen[name]

    def _fitted(self, probe: str, value: Any) -> Any:
        """Return what a probe has returned as its declaration says."""
        try:
            return fit(value, self._declared[probe]) if probe in self._declared else value
        except Misfit as problem:
            raise UnexpectedResult(f"{CANNOT_TAKE}{problem}") from None

    def _function(self, probe: str) -> Callable[..., Any]:
        """Return a probe of a module that nothing has used yet."""
        source = (self._probes / f"{self._hand_out.probes[probe]}.py").read_text(encoding="utf-8")
        module = ModuleType("probes")
        sys.modules["probes"] = module
        exec(compile(source, "probes.py", "exec"), module.__dict__)
        function: Callable[..., Any] = getattr(module, probe)
        return function

    def _run(self, probe: Callable[[Submitted], Any]) -> Observation:
        self._prepare_interpreter()
        submitted = Submitted(Path(self._hand_out.entry).stem, NoChannel())  # type: ignore[arg-type]
        printed, begin = io.StringIO(), time.process_time()
        with self._workspace.entered(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            answer = self._answer(probe, submitted)
        usage = {"cpu_s": time.process_time() - begin, "survivors": 0, "breach": ""}
        run = ProbeRun(confined=True, answer=answer, usage=usage, printed=printed.getvalue()[-4000:])
        return observation_of(run, Limits())

    def _answer(self, probe: Callable[[Submitted], Any], submitted: Submitted) -> dict[str, Any]:
        folder = str(self._workspace.folder)
        try:
            value = probe(submitted)
        except (KeyboardInterrupt, unittest.SkipTest):
            raise
        except BaseException as error:
            return {"raised": described(error, folder, submitted.importing)}
        try:
            plain = decode(encode(value))  # as it would have come out of the sandbox
            return {"returned": fit(plain, type(value)) if isinstance(value, Observed) else plain}
        except Exception as error:
            return {"raised": described(error, folder, importing=False)}

    def _prepare_interpreter(self) -> None:
        """Seed every generator, and forget the submission's modules, as if the process had just begun."""
        folder = str(self._workspace.folder)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        if self._seen == {} or not self._kept:
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None) or "").startswith(folder):
                    del sys.modules[name]
        sys.argv = [self._hand_out.entry]
        random.seed(self._hand_out.seed)
        np.random.seed(self._hand_out.seed)
        torch.manual_seed(self._hand_out.seed)
        torch.set_num_threads(self._hand_out.threads)


class Recorded:
    """Answers what the reference solution did, as far as that is in the handout."""

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
    try:
        return declarations(vars(importlib.import_module(f"{package}.observed")))
    except ModuleNotFoundError:
        return {}  # TRANSITION: an assignment whose probes still return loose dicts
