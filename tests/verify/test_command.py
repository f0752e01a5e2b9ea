"""`verify` on the command line: its output, its files, and its exit status."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from junitparser import JUnitXml

from autograder.commands import main
from autograder.model.measurement import Measurement
from autograder.model.report import Report
from autograder.verify import audit, suites
from autograder.verify.cases import Case
from autograder.verify.pool import Batch, Done
from autograder.verify.suites import plan_for
from autograder.verify.worker import Graded
from tests.helpers import report_of
from tests.verify.made import outcome

SLUG = "line_fit"
PLAN = plan_for(SLUG, "embedded")
SCORED = [test for test in PLAN.planned if test.weight]


def report_that_loses(numbers: frozenset[str], *measurements: Measurement) -> Report:
    """Return a report of the assignment that loses all points of these tests."""
    lines = (
        outcome(one.number, one.weight, 0 if one.number in numbers else one.weight or 0, *measurements)
        for one in SCORED
    )
    return report_of(*lines)


def pool(loses: Callable[[Case], frozenset[str]]) -> Callable[[list[Batch]], Iterator[Done]]:
    """Return a replacement for the pool in which each case loses the tests that the function names."""

    def grade(batches: list[Batch]) -> Iterator[Done]:
        for number, case in enumerate(PLAN.graded):
            yield Done(0, number, Graded(report_that_loses(loses(case))))

    return grade


def verify(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["run_autograder", "verify", "--assignment", SLUG, *map(str, arguments)])
    try:
        main.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_clean_matrix_is_printed_and_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every case has a line, the matrix follows, and both files contain it."""
    monkeypatch.setattr(suites, "grade_batches", pool(lambda case: case.loses))
    page, junit = tmp_path / "new" / "verify.html", tmp_path / "verify.xml"
    status = verify(monkeypatch, "--html", page, "--junit", junit)
    said = capsys.readouterr().out

    assert status == 0
    assert f"{len(PLAN.cases)} of {len(PLAN.cases)} cases have the expected result." in said
    assert all(case.name in said and case.name.split("_")[0] in page.read_text() for case in PLAN.cases)
    assert JUnitXml.fromfile(str(junit)).failures == 0


def test_mistake_that_survives_exits_with_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files are written nevertheless: somebody wants to see why."""
    survivor = PLAN.cases[-1]
    monkeypatch.setattr(suites, "grade_batches", pool(lambda case: frozenset() if case is survivor else case.loses))
    status = verify(monkeypatch, "--junit", tmp_path / "verify.xml")

    assert status == 1
    said = capsys.readouterr().out
    assert f"keeps {', '.join(sorted(survivor.loses))}" in said
    assert "expected a loss of points" in said and "seen     3 of 3 points" in said
    junit = tmp_path / "verify.xml"
    assert JUnitXml.fromfile(str(junit)).failures == 1
    assert "expected a loss of points" in junit.read_text()


@pytest.mark.parametrize(
    ("only", "said"),
    [
        (["--only", "columns_swaped"], "Did you mean columns_swapped?"),
        (["--only", "9.9"], "no scored test has this number"),
        (["--attacks", "--only", "unlinkd_files"], "Did you mean unlinked_files?"),
        (["--mutants", "--only", "no_such_operator"], "no operator has this word in its name"),
    ],
)
def test_only_that_chooses_nothing_exits_with_2(
    only: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing runs; the message suggests the nearest name or number."""
    assert verify(monkeypatch, *only) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("accuracies", "status"), [((0.97, 0.98, 0.99), 0), ((0.91, 0.93, 0.99), 1)])
def test_threshold_too_close_exits_with_1(
    accuracies: tuple[float, ...], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--repeat` grades only the reference, and prints each measurement with its distance."""

    def grade(batches: list[Batch]) -> Iterator[Done]:
        for number, accuracy in enumerate((0.5, *accuracies)):
            yield Done(0, number, Graded(report_that_loses(frozenset(), Measurement("accuracy", accuracy, 0.9))))

    monkeypatch.setattr(audit, "grade_batches", grade)

    assert verify(monkeypatch, "--repeat", "3") == status
    said = capsys.readouterr().out
    assert "seed 8" in said and "accuracy" in said and "≥ 0.9" in said
    assert ("closer than 3 spreads" in said) is (status == 1)
