"""Who has another score, by how much, and why."""

from dataclasses import replace

from autograder.classroom.changes import UNKNOWN, Rejudged, reworded, score_changes
from autograder.classroom.judge import Judge, class_assignment
from autograder.classroom.rubric import Change
from autograder.evidence.store import MemoryStore
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.hand_in import HandIn, Student
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict

PLANNED = Judge(class_assignment("line_fit"), "embedded", MemoryStore({})).planned
KEYS = {test.number: test.key for test in PLANNED}
WEIGHT = Change("weight: 1.1", "2", "5")
THRESHOLD = Change("threshold: tolerance", "0.2", "0.1")


def outcome(number: str, score: float, weight: float, **more: object) -> Outcome:
    """Return an outcome of a test of the small assignment."""
    verdict = Verdict.PASSED if score == weight else Verdict.FAILED
    return replace(Outcome(KEYS[number], "suite", number, "title", verdict, weight, score), **more)


def report(*outcomes: Outcome) -> Report:
    """Return a report of these outcomes."""
    return Report("line_fit", "A line", "embedded", "d" * 64, outcomes)


def result(**reports: Report | None) -> ClassResult:
    """Return a class of one hand-in for each report."""
    rows = tuple(ClassRow(HandIn(key, (Student(key),), None), one) for key, one in reports.items())
    return ClassResult("line_fit", "A line", "embedded", "folder", rows)


def test_weight_alone_is_why_where_the_share_is_the_same() -> None:
    """The suite's file changed as well, since the weight stands in it; that is not why."""
    before, after = report(outcome("1.1", 2, 2)), report(outcome("1.1", 5, 5))
    (change,) = score_changes(
        {"ann": before}, result(ann=after), [WEIGHT, Change("suite: test_points.py", "a", "b")], PLANNED
    )

    assert (change.hand_in.key, change.before, change.after) == ("ann", 2, 5)
    assert change.because == ("weight of 1.1: 2 → 5",)


def test_threshold_is_why_a_test_that_names_it_gives_other_points() -> None:
    """And not why another one does."""
    before = report(outcome("4.1", 3, 3), outcome("1.1", 2, 2))
    after = report(outcome("4.1", 1, 3), outcome("1.1", 2, 2))
    (change,) = score_changes({"ann": before}, result(ann=after), [THRESHOLD, WEIGHT], PLANNED)

    assert [test.number for test in change.tests] == ["4.1"]
    assert change.because == ("threshold tolerance: 0.2 → 0.1",)


def test_same_score_is_no_change_and_other_words_are_counted() -> None:
    """Who only reads another sentence is not in the list."""
    before = report(outcome("1.1", 0, 2, explanation=Explanation(seen="old")))
    after = report(outcome("1.1", 0, 2, explanation=Explanation(seen="new")))

    assert score_changes({"ann": before}, result(ann=after), [WEIGHT], PLANNED) == ()
    assert reworded({"ann": before}, result(ann=after)) == 1
    assert reworded({"ann": after}, result(ann=after)) == 0


def test_score_that_changes_for_no_reason_is_a_fault_that_is_named() -> None:
    """Chance never changes a score; where it seems so, the harness is at fault."""
    before, after = report(outcome("1.1", 2, 2)), report(outcome("1.1", 0, 2))
    changes = score_changes({"ann": before}, result(ann=after), [THRESHOLD], PLANNED)
    rejudged = Rejudged(result(ann=after), (THRESHOLD,), changes, 0, 0)

    assert changes[0].because == (UNKNOWN,)
    assert [one.hand_in.key for one in rejudged.unexplained] == ["ann"]


def test_forfeit_that_is_new_is_a_change_of_the_test_that_found_it() -> None:
    """Its own points may be the same; the whole result is not."""
    before = report(outcome("1.1", 2, 2), outcome("2.1", 0, 2))
    after = report(outcome("1.1", 2, 2), outcome("2.1", 0, 2, forfeits=True))
    (change,) = score_changes({"ann": before}, result(ann=after), [Change("suite: test_model.py", "a", "b")], PLANNED)

    assert (change.before, change.after) == (2, 0)
    assert change.because == ("test_model.py changed",)


def test_test_that_is_gone_takes_its_points_with_its_reason() -> None:
    """A test that no suite defines any more is told by what changed."""
    gone = replace(outcome("1.1", 2, 2), key="TestOld.test_old", number="9.9")
    (change,) = score_changes({"ann": report(gone)}, result(ann=report()), [Change("weight: 9.9", "2", "")], PLANNED)

    assert change.because == ("weight of 9.9: 2 → none",)


def test_hand_in_without_a_report_on_one_side_is_left_out() -> None:
    """Who had nothing to grade has no score that could change."""
    assert score_changes({}, result(ann=report(outcome("1.1", 2, 2)), bob=None), [WEIGHT], PLANNED) == ()
