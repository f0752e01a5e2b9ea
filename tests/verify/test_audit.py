"""The audit: N gradings of the reference, and their evidence about the thresholds."""

from collections.abc import Iterator

import pytest

from autograder.model.measurement import Measurement
from autograder.verify import audit as module
from autograder.verify.audit import Audit, Run, audit
from autograder.verify.pool import Batch, Done
from autograder.verify.worker import Graded
from tests.helpers import an_assignment, report_of
from tests.verify.made import outcome


def graded(score: float, accuracy: float) -> Graded:
    """Return a grading with one test that judges an accuracy."""
    return Graded(report_of(outcome("6.1", 10.0, score, Measurement("accuracy", accuracy, 0.9))))


def audited(monkeypatch: pytest.MonkeyPatch, *gradings: Graded) -> tuple[Audit, list[Run]]:
    """Return the audit of these gradings, the first at the assignment's own seed, and the reported runs."""

    def grade(batches: list[Batch]) -> Iterator[Done]:
        assert [task.run for task in batches[0].tasks] == list(range(len(batches[0].tasks)))
        assert all(task.submission is None for task in batches[0].tasks), "only the reference is graded"
        yield from (Done(0, number, one) for number, one in enumerate(gradings))

    told: list[Run] = []
    monkeypatch.setattr(module, "grade_batches", grade)
    monkeypatch.setattr(module, "load_assignment", lambda slug: an_assignment(seed=40))
    (found,) = audit(["small"], "embedded", 3, lambda assignment, run: told.append(run))
    return found, told


def test_each_run_has_its_own_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs are compared with the assignment's own seed, which is not a run itself."""
    found, told = audited(monkeypatch, graded(10, 0.5), graded(10, 0.97), graded(10, 0.96), graded(10, 0.95))

    assert [run.seed for run in found.runs] == [41, 42, 43]
    assert found.runs == tuple(told)
    assert found.spreads[0].values == [0.97, 0.96, 0.95]
    assert found.faults == ()


def test_run_that_loses_points_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its measurements do not matter."""
    found, _ = audited(monkeypatch, graded(10, 0.97), graded(10, 0.97), graded(9, 0.97), graded(10, 0.97))

    assert found.faults == ("seed 42 loses 6.1",)


def test_threshold_too_close_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one even if every run earned all points."""
    found, _ = audited(monkeypatch, graded(10, 0.97), graded(10, 0.9), graded(10, 0.93), graded(10, 0.96))

    assert found.faults == ("accuracy: closer than 3 spreads",)


def test_reference_that_fails_at_its_own_seed_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool skips the runs."""
    found, told = audited(monkeypatch, graded(8, 0.5))

    assert told == []
    assert found.faults == ("the reference loses 6.1 at its own seed, so nothing was repeated",)
