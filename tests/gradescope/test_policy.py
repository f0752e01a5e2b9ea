"""Attempts are counted as Gradescope's metadata tell, and what cannot be read costs nobody anything."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradescope.policy import Decision, decide, merged
from autograder.model.assignment import Policy
from autograder.model.report import Report
from autograder.rendering.gradescope import fallback_results, to_results
from tests.container_image import SCHEMA
from tests.rendering.reports import reports

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=-8)))
RESULTS = {"score": 7.0, "output": "Well done.", "tests": [{"name": "It works.", "score": 7, "max_score": 10}]}
THREE = Policy(attempts=3)
HALF_HOUR = Policy(cooldown_minutes=30)
BOTH = Policy(attempts=3, cooldown_minutes=30)

moments = st.integers(0, 2000).map(lambda minutes: NOON + timedelta(minutes=minutes))
policies = st.builds(Policy, st.none() | st.integers(1, 4), st.none() | st.integers(1, 600).map(float))
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=10)
anything = st.recursive(
    scalars | st.sampled_from(["2026-11-20T12:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.9-23:59"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def earlier(minutes: float, results: Any = None, **changes: Any) -> dict[str, Any]:
    """Return an upload so many minutes before noon."""
    moment = (NOON - timedelta(minutes=minutes)).isoformat()
    return {"submission_time": moment, "score": 7.0, "autograder_error": False, "results": results, **changes}


def at_noon(*uploads: dict[str, Any], **changes: Any) -> bytes:
    """Return the metadata of an upload at noon, after others."""
    return json.dumps({"id": 1, "created_at": NOON.isoformat(), "previous_submissions": uploads, **changes}).encode()


def is_graded(decision: Decision) -> bool:
    """Return whether the upload is graded."""
    return decision.results is None


def test_without_a_policy_nothing_is_read() -> None:
    """An assignment that limits nothing says nothing, whatever lies there."""
    assert decide(Policy(), b"\xff no JSON") == Decision()
    assert decide(Policy(), None) == Decision()


def test_attempts_up_to_the_limit_are_graded_and_numbered() -> None:
    """The student reads which attempt it is."""
    decision = decide(THREE, at_noon(earlier(60), earlier(30, RESULTS)))

    assert is_graded(decision)
    assert decision.remark == "This is attempt 3 of 3."


def test_attempt_beyond_the_limit_shows_the_former_result() -> None:
    """Nobody loses a score by one upload too many."""
    decision = decide(THREE, at_noon(earlier(60), earlier(30), earlier(10, RESULTS)))

    assert decision.results is not None
    assert decision.results["score"] == RESULTS["score"]
    assert decision.results["tests"] == RESULTS["tests"]
    assert decision.results["output"] == (
        "This upload was not graded: all 3 attempts are used up. "
        "The result below is from your last attempt, and it counts."
        "\n\nWell done."
    )


def test_cool_down_says_when_the_next_attempt_is_possible() -> None:
    """In the time zone of the upload, rounded up to a minute that is not too early."""
    decision = decide(HALF_HOUR, at_noon(earlier(9.5, RESULTS)))

    assert decision.results is not None
    assert "your last one was at 2026-11-20 11:50-08:00" in decision.results["output"]
    assert "upload again from 2026-11-20 12:21-08:00." in decision.results["output"]


def test_cool_down_ends_to_the_second() -> None:
    """Who waits as long as they were told is graded."""
    assert is_graded(decide(HALF_HOUR, at_noon(earlier(30, RESULTS))))
    assert not is_graded(decide(HALF_HOUR, at_noon(earlier(29.99, RESULTS))))


def test_errors_of_the_autograder_are_not_attempts() -> None:
    """A fault of the grader costs neither an attempt nor time."""
    broken = [earlier(minutes, autograder_error=True) for minutes in (20, 10, 5)]

    assert is_graded(decide(BOTH, at_noon(earlier(60, RESULTS), *broken)))


def test_refused_uploads_are_not_attempts() -> None:
    """Who uploads every minute in the cool-down is graded when it is over."""
    refused = [earlier(minutes, RESULTS) for minutes in range(29, 0, -1)]
    decision = decide(BOTH, at_noon(earlier(30), *refused))

    assert is_graded(decision)
    assert decision.remark.startswith("This is attempt 2 of 3.")


def test_later_uploads_do_not_count_at_a_re_run() -> None:
    """An upload that is graded again next week is judged by what was before it."""
    assert is_graded(decide(THREE, at_noon(earlier(60), *[earlier(-minutes, RESULTS) for minutes in (10, 20, 30)])))


def test_limit_without_a_former_result_grades_all_the_same() -> None:
    """Where the last attempt ended in the grader's own failure there is nothing to show; the staff is told."""
    decision = decide(THREE, at_noon(earlier(60), earlier(30), earlier(10, fallback_results("It broke."))))

    assert is_graded(decision)
    assert "no former result to show" in decision.staff


def test_refusals_do_not_pile_up() -> None:
    """The reason of an earlier refusal makes room for that of this one."""
    first = decide(THREE, at_noon(earlier(60), earlier(30), earlier(20, RESULTS))).results
    second = decide(THREE, at_noon(earlier(60), earlier(30), earlier(20), earlier(10, first))).results

    assert second == first


def test_reason_is_a_paragraph_where_the_former_result_is_html() -> None:
    """It stands above the former text, in the same format."""
    former = {**RESULTS, "output": "<h2>Result</h2>", "output_format": "html"}
    output = merged(former, "Too early & too often.")["output"]

    assert output == "<p>Too early &amp; too often.</p>\n<h2>Result</h2>"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no submission_metadata.json"),
        (b"", "truncated"),
        (b"[]", "Expected `object`"),
        (b"{}", "created_at"),
        (b"\xff", "submission_metadata.json"),
        (b"[" * 100_000, "submission_metadata.json"),
        (at_noon(created_at="yesterday"), "created_at"),
        (at_noon(created_at="2026-11-20T12:00:00"), "created_at"),
        (at_noon(created_at="9999-12-31T23:59:59Z"), "cannot be right"),
        (at_noon(earlier(10, RESULTS, submission_time=None)), "submission_time"),
        (at_noon(previous_submissions="many"), "previous_submissions"),
    ],
)
def test_metadata_that_cannot_be_used_costs_nothing(content: bytes | None, told: str) -> None:
    """The upload is graded as usual, and the staff reads why nothing was counted."""
    decision = decide(Policy(attempts=1, cooldown_minutes=600), content)

    assert is_graded(decision)
    assert told in decision.staff
    assert "graded without counting attempts" in decision.staff


@given(policies, st.binary(max_size=60) | anything.map(json.dumps).map(str.encode))
def test_any_content_is_decided_and_grades(policy: Policy, content: bytes) -> None:
    """Whatever lies there, it is not known to hold a former attempt, so the upload is graded."""
    assert is_graded(decide(policy, content))


@given(policies, st.lists(st.tuples(moments, st.booleans() | st.none(), anything)), anything)
def test_hostile_values_in_valid_metadata_do_no_harm(policy: Policy, uploads: list[Any], other: Any) -> None:
    """Results of any shape are shown only where they hold tests, and can always be written."""
    former = [earlier(0, submission_time=time.isoformat(), autograder_error=error, results=results)
              for time, error, results in uploads]  # fmt: skip
    content = at_noon(*former, users=other, created_at=(NOON + timedelta(minutes=1000)).isoformat())
    decision = decide(policy, content)

    assert is_graded(decision) or json.dumps(decision.results, allow_nan=False)


@given(policies, st.dictionaries(moments, st.sampled_from([True, False, False]), min_size=1, max_size=40))
def test_count_is_the_same_when_it_is_taken_and_ever_after(policy: Policy, broken: dict[datetime, bool]) -> None:
    """Over a whole term, later uploads count as refused exactly the uploads that were refused."""
    counted: list[datetime] = []
    uploads: list[dict[str, Any]] = []
    for time in sorted(broken):
        within = policy.attempts is None or len(counted) < policy.attempts
        rested = not counted or time - counted[-1] >= timedelta(minutes=policy.cooldown_minutes or 0)
        decision = decide(policy, at_noon(*uploads, created_at=time.astimezone(UTC).isoformat()))
        failed = is_graded(decision) and broken[time]
        shown = bool(uploads) and not uploads[-1]["autograder_error"]

        assert is_graded(decision) == ((within and rested) or not shown)

        if within and rested and not failed:
            counted.append(time)
        uploads = [{**one, "results": None} for one in uploads]  # only the latest carries results
        results = None if failed else decision.results or RESULTS
        uploads.append(earlier(0, results, submission_time=time.isoformat(), autograder_error=failed))


@given(reports, st.sampled_from([THREE, BOTH]))
def test_refused_result_is_valid_and_keeps_all_points(report: Report, policy: Policy) -> None:
    """Gradescope takes what it gave out, with the reason on top."""
    former = json.loads(json.dumps(to_results(report)))
    decision = decide(policy, at_noon(earlier(90), earlier(60), earlier(30), earlier(1, former)))

    assert is_graded(decision) == (not former["tests"])
    if decision.results is not None:
        jsonschema.validate(decision.results, SCHEMA)
        assert decision.results["score"] == former["score"]
        assert decision.results["output"].endswith(former["output"])
