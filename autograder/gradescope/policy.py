"""Attempt limits and cool-downs: decides whether an upload to Gradescope is graded or gets its former result again.

Source: gradescope/autograder_samples, docs/submission_metadata.md. Times count from the upload's own `created_at`, so a
later re-run decides alike. A refusal is merged with the former result, so nobody loses a score by it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Annotated, Any

import msgspec

from autograder.model.assignment import Policy

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
YEARS = range(1970, 9000)  # any cool-down can be added to a moment in these
LIMITLESS = Policy()
NOT_COUNTED = "graded without counting attempts"


class Earlier(msgspec.Struct, frozen=True):
    """An upload before this one; Gradescope gives results only for the latest."""

    submission_time: Moment
    autograder_error: bool | None = False
    results: Any = None


class Metadata(msgspec.Struct, frozen=True):
    """The fields of `submission_metadata.json` that we read, for the upload of a student or a group."""

    created_at: Moment
    previous_submissions: tuple[Earlier, ...] | None = ()

    @property
    def earlier(self) -> list[Earlier]:
        """The uploads before this one, oldest first; at a re-run there may be later ones."""
        before = [one for one in self.previous_submissions or () if one.submission_time < self.created_at]
        return sorted(before, key=lambda one: one.submission_time)


@dataclass(frozen=True)
class Decision:
    """The decision on one upload.

    Attributes:
        results: content of `results.json` if the upload is not graded; None if it is.
        remark: for the student whose upload is graded, the number of this attempt; empty if nothing limits them.
        staff: a note for the staff; empty if there is none.
    """

    results: dict[str, Any] | None = None
    remark: str = ""
    staff: str = ""


def decide(policy: Policy, metadata: bytes | None) -> Decision:
    """Decide whether an upload is graded. Metadata that cannot be read never cost an attempt.

    Args:
        policy: the assignment's policy.
        metadata: content of `submission_metadata.json`; None if there is none, as when the staff runs an image by hand.
    """
    if policy == LIMITLESS:
        return Decision()
    if metadata is None:
        return Decision(staff=f"there is no submission_metadata.json: {NOT_COUNTED}")
    try:
        known = read_metadata(metadata)
    except ValueError as error:
        return Decision(staff=f"submission_metadata.json: {error}: {NOT_COUNTED}")
    counted = attempts_of(policy, known)
    reason = _refusal(policy, counted, known.created_at)
    if not reason:
        return Decision(remark=_remark(policy, len(counted) + 1))
    former = next((one.results for one in reversed(known.earlier) if _shows_something(one.results)), None)
    if former is None:
        return Decision(staff=f"graded all the same, because there is no former result to show: {reason}")
    return Decision(results=merged(former, reason), staff=f"not graded: {reason}")


def read_metadata(content: bytes) -> Metadata:
    """Return the content of the file.

    Raises:
        ValueError: it is no JSON, lacks a key, or holds a time without a zone or far from the present; says which.
    """
    try:
        known = msgspec.json.decode(content, type=Metadata)
    except RecursionError:
        raise ValueError("values are nested too deep") from None
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None
    for moment in (known.created_at, *(one.submission_time for one in known.previous_submissions or ())):
        if moment.year not in YEARS:
            raise ValueError(f"the time {moment.isoformat()} cannot be right")
    return known


def attempts_of(policy: Policy, metadata: Metadata) -> list[datetime]:
    """Return the times of the earlier uploads that count.

    Uploads that ended in an error of the autograder do not count, nor do refused ones. The metadata do not say which
    ones were refused; that follows from the policy.
    """
    counted: list[datetime] = []
    for one in metadata.earlier:
        if not one.autograder_error and not _refusal(policy, counted, one.submission_time):
            counted.append(one.submission_time)
    return counted


def merged(former: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return a former result with a reason on top, which replaces the reason of an earlier refusal."""
    output, extra = former.get("output"), former.get("extra_data")
    output = output if isinstance(output, str) else ""
    extra = extra if isinstance(extra, dict) else {}
    is_html = former.get("output_format") == "html"
    before = extra.get("refusal")
    if isinstance(before, str) and before:
        output = output.removeprefix(before)
    top = f"<p>{escape(reason)}</p>\n" if is_html else f"{reason}\n\n"
    return {**former, "output": top + output, "extra_data": {**extra, "refusal": top}}


def _refusal(policy: Policy, counted: list[datetime], now: datetime) -> str:
    """Return why an upload is not graded, in the student's terms; empty if it is."""
    if policy.attempts is not None and len(counted) >= policy.attempts:
        used = "your one attempt is" if policy.attempts == 1 else f"all {policy.attempts} attempts are"
        return f"This upload was not graded: {used} used up. The result below is from your last attempt, and it counts."
    pause = timedelta(minutes=policy.cooldown_minutes or 0)
    if not counted or now - counted[-1] >= pause:
        return ""
    last, following = counted[-1].astimezone(now.tzinfo), counted[-1].astimezone(now.tzinfo) + pause
    return (
        f"This upload was not graded, and it does not count as an attempt. You must wait {policy.cooldown_minutes:g} "
        f"minutes between two attempts, and your last one was at {_minute(last)}. You can upload again from "
        f"{_minute(following, up=True)}. The result below is from your last attempt, and it counts."
    )


def _remark(policy: Policy, number: int) -> str:
    said = f"This is attempt {number} of {policy.attempts}." if policy.attempts else ""
    pause = (
        f"You must wait {policy.cooldown_minutes:g} minutes between two attempts." if policy.cooldown_minutes else ""
    )
    return " ".join(filter(None, (said, pause)))


def _minute(moment: datetime, up: bool = False) -> str:
    """Return a time to the minute; rounded up if an upload in that minute could still be too early."""
    return (moment + timedelta(microseconds=59_999_999 if up else 0)).isoformat(" ", "minutes")


def _shows_something(results: Any) -> bool:
    """Return whether a former result came from a grading; the result of a failed grader has no tests."""
    return isinstance(results, dict) and isinstance(results.get("tests"), list) and bool(results["tests"])
