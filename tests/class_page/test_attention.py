"""The page names each hand-in that a person should look at, with its reason, and no others."""

from dataclasses import replace

import pytest

from autograder.class_page.attention import Concern, Kind, concerns_of, identical
from autograder.class_page.standing import Standing, is_close, standing_of
from autograder.model.construct import Construct, ConstructKind, SourceLook
from autograder.model.measurement import Measurement
from autograder.model.outcome import Aside, Explanation
from autograder.model.report import Report
from autograder.model.similarity import SimilarPair
from autograder.model.verdict import Verdict
from tests.class_page.classes import class_of, report, row, scored

CLOSE = Measurement("accuracy", 0.5426, 0.55)


@pytest.mark.parametrize(
    ("value", "threshold", "at_least", "close"),
    [
        (0.5392, 0.55, True, True),
        (0.5608, 0.55, True, True),
        (0.538, 0.55, True, False),
        (0.562, 0.55, True, False),
        (117.7, 120.0, False, True),
        (122.4, 120.0, False, True),
        (123.0, 120.0, False, False),
        (0.55, 0.55, True, False),
        (0.0, 0.0, False, False),
        (float("nan"), 0.55, True, False),
        (float("inf"), 0.55, True, False),
        (-0.051, -0.05, True, True),
    ],
)
def test_measurement_within_two_per_cent_of_its_limit_is_close(
    value: float, threshold: float, at_least: bool, close: bool
) -> None:
    """It may lie on either side, in any unit; a value on the limit, or one that is not a number, does not count."""
    assert is_close(Measurement("it", value, threshold, at_least)) is close


@pytest.mark.parametrize(
    ("what", "standing"),
    [
        (None, Standing.NOTHING),
        (report(scored("1", 0.0, verdict=Verdict.HARNESS_FAULT, forfeits=True)), Standing.NEEDS_A_PERSON),
        (report(scored("1", 0.0), problem="It is a notebook."), Standing.NOT_GRADABLE),
        (report(scored("1", 0.0, forfeits=True, measurements=(CLOSE,))), Standing.FORFEITED),
        (report(scored("1", 1.0, measurements=(CLOSE,))), Standing.BORDERLINE),
        (report(scored("1", 1.0), budgets=(Measurement("trained", 119.0, 120.0, False),)), Standing.BORDERLINE),
        (report(scored("1", 1.0)), Standing.FULL),
        (report(scored("1", 0.5)), Standing.LOST_POINTS),
    ],
)
def test_standing_is_the_most_urgent_word_that_applies(what: Report | None, standing: Standing) -> None:
    """A fault of the harness outweighs everything else, since the points are not final."""
    assert standing_of(row("a", what)) is standing


def test_each_reason_is_named() -> None:
    """The reasons are failures of the harness, forfeits, close calls, and remarks of the export."""
    rows = (
        row("broken", report(*(scored(n, 0.0, verdict=Verdict.HARNESS_FAULT) for n in ("3.1", "3.2")))),
        row("forfeit", report(scored("6", 0.0, seen="98% was seen.", forfeits=True))),
        row("leak", report(scored("7", 0.0, seen="It knows the answers.", leaks=True))),
        row("honest", report(scored("7", 1.0))),
        row("close", report(scored("1", 1.0, measurements=(CLOSE,)))),
        row("refused", report(scored("1", 0.0), problem="It is a notebook.")),
        row("nothing", None, problem="The folder is empty."),
        row("late", report(scored("1", 1.0)), late=True, submitted_at="2026-11-20", remarks=("An older one.",)),
    )
    found = [one for some in concerns_of(class_of(*rows)).values() for one in some]

    assert found == [
        Concern(Kind.FAULT, ("broken",), "in 2 tests: 3.1, 3.2"),
        Concern(Kind.FORFEIT, ("forfeit",), "6 Title of 6 98% was seen."),
        Concern(Kind.FORFEIT, ("leak",), "7 Title of 7 It knows the answers."),
        Concern(Kind.BORDERLINE, ("close",), "accuracy 0.5426, just below the 0.55 required"),
        Concern(Kind.NOT_GRADABLE, ("refused",), "It is a notebook."),
        Concern(Kind.NOTHING, ("nothing",), "The folder is empty."),
        Concern(Kind.LATE, ("late",), "2026-11-20"),
        Concern(Kind.REMARK, ("late",), "An older one."),
    ]


def test_leak_on_hidden_data_is_named_with_the_reason_that_only_the_staff_read() -> None:
    """Students read a fixed sentence; the class page is the staff's, and says what was seen."""
    aside = Aside(Explanation(seen="It knows the swapped labels."))
    leak = scored("8.1", 0.0, seen="A person looks at this.", leaks=True, aside=aside)

    assert concerns_of(class_of(row("a", report(leak))))[Kind.FORFEIT] == [
        Concern(Kind.FORFEIT, ("a",), "8.1 Title of 8.1 It knows the swapped labels.")
    ]


def test_class_without_problems_needs_nobody() -> None:
    """No heading stands alone."""
    assert concerns_of(class_of(row("a", report(scored("1", 1.0))))) == {}


def test_item_for_a_person_is_one_line_for_the_class() -> None:
    """There is one line for all students."""
    by_hand = replace(scored("7", 0.0), weight=None, manual=8.0)
    result = class_of(*(row(key, report(by_hand)) for key in "abc"), row("d", None))

    assert concerns_of(result)[Kind.BY_HAND] == [Concern(Kind.BY_HAND, (), "7 Title of 7 (8 points, 3 hand-ins)")]


def test_identical_uploads_are_found_if_they_could_be_graded() -> None:
    """Two uploads without an accepted file are equal, but that means nothing."""
    same, refused = report(scored("1", 1.0)), report(scored("1", 0.0), problem="It is a notebook.")
    other = report(scored("1", 1.0), submission="another")
    rows = (row("a", same), row("b", other), row("c", same), row("d", refused), row("e", refused))

    assert identical(class_of(*rows)) == [("a", "c")]


def test_similar_pairs_are_sorted_by_their_share() -> None:
    """The most similar pair comes first, with a link."""
    pairs = (SimilarPair("a", "b", 0.61, 74, "s.html#2"), SimilarPair("a", "c", 0.86, 118, "s.html#1"))

    assert concerns_of(class_of(), pairs)[Kind.SIMILAR] == [
        Concern(Kind.SIMILAR, ("a", "c"), "86% of one source is in the other, 118 lines", "s.html#1"),
        Concern(Kind.SIMILAR, ("a", "b"), "61% of one source is in the other, 74 lines", "s.html#2"),
    ]


def test_unusual_constructs_are_named_for_each_hand_in() -> None:
    """Identical uploads have the same; the first few are shown, with their lines."""
    found = [Construct(ConstructKind.NATIVE, "submitted.py", number, "import ctypes") for number in range(1, 7)]
    rows = [
        row(key, report(scored("1", 1.0), submission=digest)) for key, digest in (("a", "x"), ("b", "y"), ("c", "y"))
    ]
    concerns = concerns_of(class_of(*rows), (), {"x": SourceLook(), "y": SourceLook(tuple(found))})

    assert [one.keys for one in concerns[Kind.CONSTRUCTS]] == [("b",), ("c",)]
    assert "submitted.py:1: native code or raw memory: import ctypes; " in concerns[Kind.CONSTRUCTS][0].text
    assert concerns[Kind.CONSTRUCTS][0].text.endswith("; and 2 more")
