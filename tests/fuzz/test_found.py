"""Faults that longer runs have found, one case each."""

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.assignments.line_fit.observed import Points
from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import ChildSession
from autograder.sandbox.protection import Protection
from autograder.sandbox.verdicts import observation_of
from autograder.wire.usage import Usage
from tests.fuzz.of_channel import JOB, FakeSupervisor, observed

USAGE = Usage(exit_code=0)


def after(*messages: Any) -> Any:
    """Return what the grader makes of a confined child that sends these messages."""
    return observed(([{"confined": True}, *messages], [], b"", USAGE))


@pytest.mark.parametrize("value", [None, [], "text", {"kind": "E"}])
def test_exception_that_is_none_is_tampered(value: Any) -> None:
    """It ended the grading with a TypeError of the grader's own."""
    assert after({"raised": value}).verdict is Verdict.TAMPERED


def test_exception_without_a_name_has_a_reason() -> None:
    """`type("", (Exception,), {})` left the student without a word."""
    observation = after({"raised": {"kind": "", "message": "", "traceback": "", "importing": False}})

    assert (observation.verdict, observation.reason) == (Verdict.RAISED, "An exception without a name")


def test_child_that_asks_without_listening_is_tampered() -> None:
    """A thousand requests of 50 bytes queued a thousand held-out batches in the grader's memory."""
    supervisor = FakeSupervisor([{"confined": True}, *[{"request": "heldout"}] * 1000], [], b"", USAGE)
    talk = ChildSession({"heldout": lambda: "x" * 100_000})
    tracemalloc.start()
    try:
        talk.run(supervisor, JOB, Protection(None))  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        supervisor.close()

    assert observation_of(talk.seen, JOB.limits).verdict is Verdict.TAMPERED
    assert peak < 4 << 20


def test_array_in_place_of_kept_fields_is_tampering() -> None:
    """It ended the test with a ValueError of the grader's own, since an array has no truth value."""
    sent = [{"confined": True}, {"request": "heldout", "kept": np.zeros(2)}]
    supervisor = FakeSupervisor(sent, [], b"", USAGE)
    talk = ChildSession({"heldout": lambda: 1})
    try:
        talk.run(supervisor, replace(JOB, declared=Points), Protection(None))  # type: ignore[arg-type]
    finally:
        supervisor.close()

    assert observation_of(talk.seen, JOB.limits).verdict is Verdict.TAMPERED
