"""The matrix shows for each case and test whether points were lost, and whether that was expected."""

import pytest

from autograder.model.measurement import Measurement
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict
from autograder.verify.matrix import Mark, Matrix, Row, row_of
from autograder.verify.surprise import Surprise, surprises_of
from tests.helpers import report_of
from tests.verify.made import COLUMNS, case, report


def row(*loses: str, first: float = 4, second: float = 6, **fields: bool) -> Row:
    """Return the row of a case that must lose these tests and earned these points."""
    return row_of(case("some_mistake", *loses, **fields), report(first, second, execution_s=2.5), COLUMNS)


def matrix(*rows: Row, **fields: tuple[str, ...]) -> Matrix:
    """Return a matrix with these rows."""
    return Matrix("small", "A small one", "embedded", 10, COLUMNS, rows, **fields)  # type: ignore[arg-type]


def test_mistake_that_loses_exactly_its_tests_is_clean() -> None:
    """A test with part of its points counts as lost; all others are kept."""
    line = row("1.1", first=1.5)

    assert (line.marks, line.faults) == ((Mark.LOST, Mark.KEPT), ())
    assert (line.score, line.wall_s) == (7.5, 2.5)
    assert matrix(line).is_clean


def test_mistake_that_survives_is_a_fault() -> None:
    """The suite has not noticed the mistake."""
    line = row("1.1", "2.1", second=0)

    assert line.marks == (Mark.SURVIVED, Mark.LOST)
    assert line.faults == ("keeps 1.1",)
    assert not matrix(line).is_clean


def test_mistake_that_loses_a_test_it_does_not_name_is_a_fault() -> None:
    """One slip must not cost points twice."""
    line = row("1.1", first=0, second=5.5)

    assert line.marks == (Mark.LOST, Mark.LOST_TOO)
    assert line.faults == ("also loses 2.1",)
    assert matrix(row(), line).faulty == (line,)


def test_template_that_earns_anything_is_a_fault() -> None:
    """An untouched template deserves no points."""
    line = row("1.1", "2.1", first=1, second=0, all_of_them=True)

    assert line.faults == ("earns 1 points instead of none",)


@pytest.mark.parametrize("left", [{"unproven": COLUMNS[:1]}, {"left_out": ("some_mistake",)}])
def test_matrix_with_gaps_is_not_clean(left: dict[str, tuple[str, ...]]) -> None:
    """A test that no mistake fails, and skipped cases, are faults even if every row is as expected."""
    assert matrix(row()).is_clean
    assert not matrix(row(), **left).is_clean


@pytest.mark.parametrize("mark", Mark)
def test_marks_differ_without_colour(mark: Mark) -> None:
    """Each mark has a different symbol."""
    assert len(mark.value) == 1
    assert [other for other in Mark if other.value == mark.value] == [mark]


def test_surprising_loss_says_what_was_expected_and_seen() -> None:
    """Tests that lose points for the same reason are one surprise; those that must lose them are none."""
    said = Explanation(expected="a mean of 0", seen="a mean of 3")
    lines = [Outcome(f"T.{n}", "", n, "", Verdict.FAILED, 4.0, explanation=said) for n in ("1.1", "1.2", "2.1")]

    assert surprises_of(case("slip", "2.1"), report_of(*lines)) == (
        Surprise(("1.1", "1.2"), "a mean of 0", "a mean of 3"),
    )


def test_surprising_loss_without_words_shows_how_the_test_ended() -> None:
    """An exception has no expectation: the last line of its traceback is shown."""
    said = Explanation(detail="Traceback:\n  line 3\nKeyError: 'lr'\n")
    line = Outcome("T.1", "", "1.1", "", Verdict.RAISED, 4.0, explanation=said)

    assert surprises_of(case("slip"), report_of(line)) == (Surprise(("1.1",), "", "raised: KeyError: 'lr'"),)


def test_kept_points_show_the_measurements_that_earned_them() -> None:
    """They say how far the threshold is from the mistake."""
    accuracy = Measurement("accuracy", 0.934, 0.9)
    line = Outcome("T.1", "", "1.1", "", Verdict.PASSED, 4.0, 4.0, measurements=(accuracy,))

    assert surprises_of(case("slip", "1.1"), report_of(line)) == (
        Surprise(("1.1",), "a loss of points", "4 of 4 points; accuracy 0.934, at least 0.9"),
    )


def test_template_that_earns_part_of_its_points_says_where() -> None:
    """It must lose all of them, not some."""
    template = case("template", "1.1", "2.1", all_of_them=True)

    assert surprises_of(template, report(1, 0)) == (Surprise(("1.1",), "no points", "1 of 4 points"),)
