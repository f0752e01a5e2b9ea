"""Runs one probe in this process: in the sandbox's child, on a student's machine, in benchmarks and in tests."""

import contextlib
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import CodeType, ModuleType
from typing import Any, TypeVar

import numpy as np
import torch

from autograder.probes.submitted import BudgetSpent, Submitted
from autograder.worker.student_errors import described

T = TypeVar("T")

PROBE_FILE = "probes.py"  # the name of each probe file in a traceback


@dataclass(frozen=True)
class Answer:
    """The answer of one probe: the value that it returned, or the exception that ended it.

    Attributes:
        value: plain data; where a budget ran out, the data that the probe had kept until then.
        raised: the fields of `StudentError`; None where nothing was raised.
    """

    value: Any = None
    raised: dict[str, Any] | None = None

    def as_message(self) -> dict[str, Any]:
        """Return the message that carries the answer out of the sandbox."""
        return {"returned": self.value} if self.raised is None else {"raised": self.raised}


def prepare(entry: str, seed: int, threads: int) -> None:
    """Seed every generator, as if the process had just begun, and set what a program sees of its own start.

    Args:
        entry: the submission's module, such as `"submitted"`.
        seed: of Python's, NumPy's and PyTorch's generators.
        threads: threads of one parallel region.
    """
    sys.argv = [f"{entry}.py"]
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed also looks for CUDA, which takes 3 ms
    torch.set_num_threads(threads)


@cache
def code_of(source: str, name: str) -> CodeType:
    """Return a module's compiled source; an assignment has few."""
    return compile(source, name, "exec")


def load_probe(source: str, name: str) -> Callable[..., Any]:
    """Return a probe of a file that is executed afresh, so that no probe finds the traces of another."""
    module = ModuleType("probes")
    sys.modules["probes"] = module  # dataclasses and pickles of the probes look their module up
    exec(code_of(source, PROBE_FILE), module.__dict__)
    function: Callable[..., Any] = getattr(module, name)
    return function


def run_probe(
    probe: Callable[[Submitted], Any],
    submitted: Submitted,
    workspace: str,
    budget: contextlib.AbstractContextManager[object] | None = None,
    passing: tuple[type[BaseException], ...] = (),
) -> Answer:
    """Call a probe; return its value or the exception that ended it, whatever that is.

    Args:
        probe: takes the submission, and has its other arguments bound.
        submitted: the submission, which is imported when the probe first uses it.
        workspace: absolute path of the folder with the submission's files.
        budget: entered while the probe runs; raises `BudgetSpent` in it where a budget runs out.
        passing: exceptions that are the caller's and pass through.
    """
    try:
        with budget or contextlib.nullcontext():
            return Answer(probe(submitted))
    except BudgetSpent:
        return Answer(submitted.kept)
    except passing:
        raise
    except BaseException as error:
        return Answer(raised=described(error, workspace, submitted.importing))


def hand_over(answer: Answer, workspace: str, send: Callable[[dict[str, Any]], T]) -> T:
    """Hand an answer over; return what `send` returns.

    A value may be no plain data, contain itself, or be too large. The error that `send` then raises goes instead.
    """
    try:
        return send(answer.as_message())
    except Exception as error:
        return send(Answer(raised=described(error, workspace, importing=False)).as_message())
