"""Proving suites: each graded case becomes a row, and a useless reference stops the others."""

from collections.abc import Callable, Iterator

import pytest

from autograder.model.report import Report
from autograder.verify import suites
from autograder.verify.cases import Case
from autograder.verify.pool import Batch, Done
from autograder.verify.suites import Plan, plan_for, prove
from autograder.verify.worker import Graded
from tests.helpers import an_assignment
from tests.verify.made import case, report

CASES = (case("reference"), case("template", "1.1", "2.1", all_of_them=True), case("slip", "2.1"))
POINTS = {"reference": (4, 6), "template": (0, 0), "slip": (4, 1)}


def plan(only: str = "", cases: tuple[Case, ...] = CASES) -> Plan:
    """Return a plan with hand-made cases."""
    return Plan(an_assignment(), "embedded", [], cases, only)


def pool_that_earns(points: dict[str, tuple[float, float]], seen: list[Batch]) -> Callable[..., Iterator[Done]]:
    """Return a replacement for the pool: it grades the reference, then the other cases in reverse."""

    def grade(batches: list[Batch]) -> Iterator[Done]:
        seen.extend(batches)
        for number, batch in enumerate(batches):
            names = list(points)[: len(batch.tasks)]
            for task in [0, *range(len(batch.tasks) - 1, 0, -1)]:
                made: Report = report(*points[names[task]])
                yield Done(number, task, Graded(made))
                if task == 0 and made.lost:
                    break

    return grade


def test_every_case_becomes_a_row_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are reported as soon as they are known; the matrix has the order of the cases."""
    told: list[str] = []
    monkeypatch.setattr(suites, "grade_batches", pool_that_earns(POINTS, []))
    (matrix,) = prove([plan()], lambda plan, row: told.append(row.name))

    assert told == ["reference", "slip", "template"]
    assert [row.name for row in matrix.rows] == ["reference", "template", "slip"]
    assert matrix.left_out == ()


def test_reference_that_loses_points_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row says what it loses; nothing can be compared with it."""
    monkeypatch.setattr(suites, "grade_batches", pool_that_earns({**POINTS, "reference": (4, 5)}, []))
    (matrix,) = prove([plan()], lambda plan, row: None)

    assert [(row.name, row.faults) for row in matrix.rows] == [("reference", ("also loses 2.1",))]
    assert matrix.left_out == ("template", "slip")
    assert not matrix.is_clean


def test_unnamed_reference_comes_from_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--only` grades the named cases; the reference may use stored observations, and has no row."""
    seen: list[Batch] = []
    monkeypatch.setattr(suites, "grade_batches", pool_that_earns({"reference": (4, 6), "slip": (4, 1)}, seen))
    (matrix,) = prove([plan("slip")], lambda plan, row: None)

    assert [task.submission is None for task in seen[0].tasks] == [True, False]
    assert [row.name for row in matrix.rows] == ["slip"]
    assert matrix.is_clean, "a case that `--only` skips proves nothing"


def test_plan_holds_the_reference_first() -> None:
    """The template and the mistakes of the assignment's own file follow."""
    names = [case.name for case in plan_for("line_fit", "embedded").graded]

    assert names[:2] == ["reference", "template"]
    assert len(names) > 10


@pytest.mark.parametrize(
    ("only", "chosen"),
    [
        pytest.param("", ["reference", "template", "slip", "slip_2.1"], id="all"),
        pytest.param("sli", ["slip", "slip_2.1"], id="part of a name"),
        pytest.param("2.1", ["slip"], id="a test's number, not a name that holds it"),
        pytest.param("2", ["slip"], id="a part of the rubric"),
        pytest.param("1.1", ["slip_2.1"], id="the template fails all tests and proves none"),
    ],
)
def test_only_chooses_by_name_or_by_number(only: str, chosen: list[str]) -> None:
    """A number chooses the known mistakes that must fail its test."""
    cases = (*CASES, case("slip_2.1", "1.1"))

    assert [one.name for one in cases if one.is_meant(only, ["1.1", "2.1"])] == chosen
