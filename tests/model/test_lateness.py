"""Late days: counted from the due date, with grace, a penalty for each, and an end."""

import pytest

from autograder.manifest import parse_manifest
from autograder.model.lateness import LatePolicy
from tests.test_manifest import EMBEDDED, HEAD

LATE = "[late]\ndue = 2026-11-20T23:59:00+01:00\npenalty = 0.1\ngrace_minutes = 15\nmost_days = 3\n"


def policy() -> LatePolicy:
    """Return the policy of a manifest."""
    late = parse_manifest(HEAD + EMBEDDED + LATE, "small").late
    assert late
    return late


@pytest.mark.parametrize(
    ("submitted_at", "days"),
    [
        ("2026-11-20T23:59:00+01:00", 0),
        ("2026-11-21T00:14:00+01:00", 0),  # the last minute of grace
        ("2026-11-21T00:14:01+01:00", 1),
        ("2026-11-20T23:30:00+00:00", 1),  # half past midnight where it is due
        ("2026-11-21T23:59:00+01:00", 1),
        ("2026-11-21T23:59:01+01:00", 2),
        ("2026-11-22T06:00:00-08:00", 2),
        ("2026-11-25T00:00:00+01:00", 5),
    ],
)
def test_a_day_that_has_begun_counts(submitted_at: str, days: int) -> None:
    """Grace moves no later day: it is for those who are minutes late."""
    assert policy().days_late(submitted_at) == days


@pytest.mark.parametrize("submitted_at", ["", "yesterday", "2026-12-24T00:00:00"])
def test_a_time_that_is_not_known_costs_nothing(submitted_at: str) -> None:
    """Neither does one without an offset, which could be many hours off."""
    assert policy().days_late(submitted_at) == 0


def test_penalty_grows_by_the_day_and_has_an_end() -> None:
    """Later than the last day nothing is left; without a last day it never becomes more than everything."""
    stated = policy()
    endless = LatePolicy(stated.due, 0.4)

    assert [stated.share_lost(days) for days in (0, 1, 3, 4)] == [0.0, 0.1, pytest.approx(0.3), 1.0]
    assert [endless.share_lost(days) for days in (1, 2, 3)] == [0.4, 0.8, 1.0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("due = 2026-11-20T23:59:00\npenalty = 0.1\n", "late.due"),
        ("due = 2026-11-20T23:59:00Z\npenalty = 10\n", "late.penalty"),
        ("due = 2026-11-20T23:59:00Z\n", "penalty"),
    ],
)
def test_wrong_policy_is_refused_by_the_name_of_its_key(line: str, told: str) -> None:
    """A due date without an offset is another moment on each machine."""
    with pytest.raises(ValueError, match=told):
        parse_manifest(f"{HEAD}{EMBEDDED}[late]\n{line}", "small")
