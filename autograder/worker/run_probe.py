"""Runs one probe in this process: in the sandbox's child, on a student's machine, in benchmarks and in tests."""

import contextlib
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType, ModuleType
from typing import Any, Literal, Self, TypeVar

import numpy as np
import torch

from autograder.probes.submitted import Submitted, UnexpectedResult
from autograder.wire.arguments import unpacked
from autograder.wire.declaration import CANNOT_TAKE, Misfit, Observed, declarations, fit, fit_kept
from autograder.worker import mild_warnings
from autograder.worker.student_errors import described

T = TypeVar("T")

PROBE_FILE = "probes.py"  # the name of each probe file in a traceback
PROBE_MODULE = "<probes>"  # no file of a submission can have this name


class BudgetSpent(BaseException):
    """A budget is used up: the probe ends, and hands in the data that it has kept.

    Not an `Exception`, so that a student's handler of all errors does not catch it.
    """


@dataclass(frozen=True)
class Probe:
    """A probe, ready to be called.

    Attributes:
        function: takes the submission and the probe's arguments.
        declared: the struct that it returns; None where nothing is declared.
    """

    function: Callable[..., Any]
    declared: type[Observed] | None = None

    @classmethod
    def of(cls, module: ModuleType, name: str) -> Self:
        """Return the probe of that name in a module."""
        return cls(getattr(module, name), declarations(vars(module)).get(name))


@dataclass(frozen=True)
class Answer:
    """The answer of one probe.

    Attributes:
        kind: `"returned"`; `"kept"` where a budget ran out; `"raised"`.
        value: the value that it returned, or had kept until then, or the fields of `StudentError`.
    """

    kind: Literal["returned", "kept", "raised"]
    value: Any

    def as_message(self) -> dict[str, Any]:
        """Return the message that carries the answer out of the sandbox."""
        return {self.kind: self.value}


def prepare(entry: str, seed: int, threads: int) -> None:
    """Seed every generator, as if the process had just begun, and name the program.

    Args:
        entry: the module or package to import, such as `"submitted"` or `"partA/train.py"`.
        seed: of Python's, NumPy's and PyTorch's generators.
        threads: threads of one parallel region.
    """
    sys.argv = [f"{entry.removesuffix('.py')}.py"]
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed also looks for CUDA, which takes 3 ms
    torch.set_num_threads(threads)
    mild_warnings.install(rf"{PROBE_MODULE}|autograder\.")


@cache
def code_of(source: str, name: str) -> CodeType:
    """Return a module's compiled source; an assignment has few."""
    return compile(source, name, "exec")


def load_probe(source: str, name: str) -> Probe:
    """Return a probe of a file that is executed afresh, so that no probe finds the traces of another."""
    module = ModuleType(PROBE_MODULE)
    sys.modules[PROBE_MODULE] = module  # dataclasses and pickles of the probes look their module up
    exec(code_of(source, PROBE_FILE), module.__dict__)
    return Probe.of(module, name)


def run_probe(
    load: Callable[[], Probe],
    arguments: Mapping[str, Any],
    submitted: Submitted,
    workspace: str,
    budget: contextlib.AbstractContextManager[object] | None = None,
    passing: tuple[type[BaseException], ...] = (),
) -> Answer:
    """Load a probe and call it; return its value or the exception that ended it, of any kind.

    Args:
        load: returns the probe.
        arguments: its keyword arguments, as `wire.arguments.packed` returns them.
        submitted: the submission, which is imported when the probe first uses it.
        workspace: absolute path of the folder with the submission's files.
        budget: entered while the probe runs; raises `BudgetSpent` in it where a budget runs out.
        passing: exceptions that are the caller's and pass through.
    """
    try:
        return _called(load(), arguments, submitted, budget or contextlib.nullcontext())
    except passing:
        raise
    except BaseException as error:
        return _raised(error, workspace, submitted.importing)


def _called(
    probe: Probe,
    arguments: Mapping[str, Any],
    submitted: Submitted,
    budget: contextlib.AbstractContextManager[object],
) -> Answer:
    """Return a probe's value or, where a budget ended it, the data that it had kept; fitted to its declaration."""
    declared = probe.declared
    try:
        with budget:
            value = probe.function(submitted, **unpacked(arguments))
    except BudgetSpent:
        return Answer("kept", fit_kept(submitted.kept, declared) if declared else submitted.kept)
    try:
        return Answer("returned", fit(value, declared) if declared else value)
    except Misfit as problem:
        raise UnexpectedResult(f"{CANNOT_TAKE}{problem}") from None


def hand_over(answer: Answer, workspace: str, send: Callable[[dict[str, Any]], T]) -> T:
    """Hand an answer over; return the result of `send`.

    A value may be no plain data, contain itself, or be too large. The error that `send` then raises goes instead.
    """
    try:
        return send(answer.as_message())
    except Exception as error:
        return send(_raised(error, workspace, importing=False).as_message())


def _raised(error: BaseException, workspace: str, importing: bool) -> Answer:
    return Answer("raised", described(error, workspace, importing))
