"""Similar failures count together, and different ones do not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from autograder.class_page.messages import LONGEST, failures_of, is_similar, masked
from autograder.model.class_result import ClassResult
from autograder.model.outcome import Explanation
from autograder.model.verdict import Verdict
from tests.class_page.classes import class_of, classes, report, row, scored


def class_that_says(*messages: str, number: str = "1") -> ClassResult:
    """Return a class in which each student fails the same test with another message."""
    return class_of(*(row(f"s{place}", report(scored(number, 0.0, seen=text))) for place, text in enumerate(messages)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("it goes from 1.96 to 2.37", "it goes from 0.4 to 3"),
        ("len() is 1,600", "len() is 800"),
        ("lr = 1e-3", "lr = 0.01"),
        ("a loss of nan", "a loss of 3.1"),
        ("an accuracy of 54.3%", "an accuracy of 9 %"),
        ("KeyError: 'fc.weight'", "KeyError: 'head.bias'"),
        ("`build_net` is missing", "`build_model` is missing"),
        ("no file data/train/x.npy", "no file checkpoints/best.pt"),
        ("<Net object at 0x7f3a10>", "<Net object at 0x55d2bb>"),
        ("weights have digest deadbeef01", "weights have digest 12345abcde"),
        ("shape (64, 3, 32, 32)", "shape (8, 3)"),
        ("two\n  lines", "two lines"),
    ],
)
def test_differences_between_students_are_masked(first: str, second: str) -> None:
    """The mask covers numbers, quoted names, paths, addresses and white space."""
    assert masked(first) == masked(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("it is False", "it is None"), ("don't call it", "won't call it"), ("they are equal", "they differ")],
)
def test_words_are_not_masked(first: str, second: str) -> None:
    """An apostrophe is not a quotation mark."""
    assert masked(first) != masked(second)


def test_most_frequent_failure_comes_first() -> None:
    """Failures are counted by hand-in, and list the students in the order of the class."""
    (first, second) = failures_of(class_that_says("a mean of 1.2", "it is None", "a mean of 0.7", "a mean of 1.2"))

    assert (first.keys, first.seen) == (("s0", "s2", "s3"), "a mean of 1.2")
    assert second.keys == ("s1",)


def test_similar_messages_are_one_failure() -> None:
    """The messages differ in one word of many."""
    message = "the same batch three times: the gradient grows to {} times its {}"
    (only,) = failures_of(class_that_says(message.format(3.1, "size"), message.format(2.2, "length")))

    assert only.keys == ("s0", "s1")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("a b c d e f g h i j", "a b c d e f g h i x", True),
        ("a b c d e f g h i j", "j i h g f e d c b a", False),
        ("a", "a b c", False),
        ("", "", True),
    ],
)
def test_similar_messages_share_most_words_in_order(first: str, second: str, same: bool) -> None:
    """Four of five words suffice, but not in another order."""
    assert is_similar(first, second) is same


def test_equal_messages_of_different_expectations_stay_apart() -> None:
    """“It is None” means nothing without the expectation."""
    said = [Explanation(expected, "it is None", "return it") for expected in ("a network", "a loader of 64 images")]
    rows = [row(str(place), report(scored("1", 0.0, explanation=one))) for place, one in enumerate(said)]

    assert {one.expected for one in failures_of(class_of(*rows))} == {"a network", "a loader of 64 images"}


def test_common_failure_of_several_tests_is_listed_once() -> None:
    """A crash of one function fails all tests that call it, and each student counts once."""
    tests = [scored(number, 0.0, seen="build_model returned None") for number in ("3.2", "3.1", "3.10")]
    (only,) = failures_of(class_of(row("a", report(*tests)), row("b", report(*tests))))

    assert only.tests == ("3.2", "3.1", "3.10")  # as the rubric orders them
    assert only.keys == ("a", "b")


def test_only_failures_of_the_students_are_counted() -> None:
    """Passed tests, items for a person, faults of the harness and ungradable uploads do not count."""
    by_hand = replace(scored("2", 0.0), weight=None, manual=4.0)
    fault = scored("3", 0.0, verdict=Verdict.HARNESS_FAULT, seen="The grader itself failed.")
    fine = row("a", report(scored("1", 1.0), by_hand, fault))
    refused = row("b", report(scored("1", 0.0, seen="Not run."), problem="It is a notebook."))

    assert failures_of(class_of(fine, refused, row("c", None))) == []


def test_forfeit_counts_even_if_its_test_has_no_points() -> None:
    """Such a test takes all points away."""
    forfeit = replace(scored("6", 0.0, seen="98% of the test set"), weight=None, forfeits=True)

    assert [one.tests for one in failures_of(class_of(row("a", report(forfeit))))] == [("6",)]


def test_failure_without_a_message_shows_its_last_line_or_verdict() -> None:
    """The last line of the detail replaces the message, or else the verdict does."""
    detail = scored("1", 0.0, explanation=Explanation(detail="Traceback\nValueError: no"), verdict=Verdict.RAISED)
    nothing = scored("2", 0.0, verdict=Verdict.MEMORY)

    assert [one.seen for one in failures_of(class_of(row("a", report(detail, nothing))))] == [
        "ValueError: no",
        "memory",
    ]


def test_order_of_the_rows_changes_no_count() -> None:
    """Clusters depend on the messages, not on their order."""
    forward = class_that_says(
        "a mean of 1", "it is None", "a mean of 2", "it is False or so", "a mean of 3", "it is None"
    )
    backward = replace(forward, rows=forward.rows[::-1])
    counted = [(len(one.keys), one.seen) for one in failures_of(forward)]

    assert sorted(counted) == sorted((len(one.keys), one.seen) for one in failures_of(backward))


@settings(max_examples=40)
@given(classes())
def test_any_message_is_counted_once_for_each_test(result: ClassResult) -> None:
    """No message is lost, whatever students write into their exceptions."""
    failures = failures_of(result)
    failed = {
        row.hand_in.key
        for row in result.rows
        if row.report and not row.report.problem
        for one in row.report.outcomes
        if one.score < (one.weight or 0.0) and one.verdict is not Verdict.HARNESS_FAULT
    }

    assert {key for one in failures for key in one.keys} == failed
    assert all(len(masked(one.seen)) <= 2 * LONGEST for one in failures)
