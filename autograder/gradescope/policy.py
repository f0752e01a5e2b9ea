"""Attempt limits and cool-downs: whether an upload to Gradescope is graded, or shown its former result again.

Source: gradescope/autograder_samples, docs/submission_metadata.md: times count from the upload's own `created_at`, so
that a later re-run judges alike, and a refusal is merged with the former result, so that nobody loses a score by it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Annotated, Any

import msgspec

from autograder.model.assignment import Policy

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
YEARS = range(1970, 9000)  # in which a cool-down can be added to any moment
LIMITLESS = Policy()
NOT_COUNTED = "graded without counting attempts"


class Earlier(msgspec.Struct, frozen=True):
    """An upload before this one; Gradescope gives the results of the latest only."""

    submission_time: Moment
    autograder_error: bool | None = False
    results: Any = None


class Metadata(msgspec.Struct, frozen=True):
    """What `submission_metadata.json` says of an upload, its student's or its group's, as far as we ask."""

    created_at: Moment
    previous_submissions: tuple[Earlier, ...] | None = ()

    @property
    def earlier(self) -> list[Earlier]:
        """The uploads before this one, oldest first; at a re-run there may be later ones."""
        before = [one for one in self.previous_submissions or () if one.submission_time < self.created_at]
        return sorted(before, key=lambda one: one.submission_time)


@dataclass(frozen=True)
class Decision:
    """What is to be done with an upload.

    Attributes:
        results: content of `results.json` where the upload is not graded; None where it is.
        remark: for the student whose upload is graded: which attempt this is; empty where nothing limits them.
        staff: what the staff should know; empty if nothing.
    """

    results: dict[str, Any] | None = None
    remark: str = ""
    staff: str = ""


def decide(policy: Policy, metadata: bytes | None) -> Decision:
    """Return whether an upload is graded. What cannot be read or shown never costs an attempt.

    Args:
        policy: the assignment's.
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
        return Decision(staff=f"graded all the same, for there is no former result to show: {reason}")
    return Decision(results=merged(former, reason), staff=f"not graded: {reason}")


def read_metadata(content: bytes) -> Metadata:
    """Return what the file says.

    Raises:
        ValueError: it is no JSON, lacks a key, or holds a time without a zone or far from ours; says which.
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

    Those that ended in an error of the autograder do not, nor those that were refused. Which were is not in the
    metadata, but follows from the policy.
    """
    counted: list[datetime] = []
    for one in metadata.earlier:
        if not one.autograder_error and not _refusal(policy, counted, one.submission_time):
            counted.append(one.submission_time)
    return counted


def merged(former: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return a former result with a reason on top, in place of that of an earlier refusal."""
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
    """Return why an upload is not graded, in the student's terms; empty where it is."""
    if policy.attempts is not None and len(counted) >= policy.attempts:
        used = "The one attempt is" if policy.attempts == 1 else f"All {policy.attempts} attempts are"
        return f"This upload was not graded. {used} used. The result below is that of your last attempt; it stays."
    pause = timedelta(minutes=policy.cooldown_minutes or 0)
    if not counted or now - counted[-1] >= pause:
        return ""
    last, following = counted[-1].astimezone(now.tzinfo), counted[-1].astimezone(now.tzinfo) + pause
    return (
        f"This upload was not graded, and it is not counted as an attempt. Between two attempts there must be "
        f"{policy.cooldown_minutes:g} minutes, and your last one was at {_minute(last)}. The next is possible from "
        f"{_minute(following, up=True)} on. The result below is that of your last attempt; it stays."
    )


def _remark(policy: Policy, number: int) -> str:
    said = f"This is attempt {number} of {policy.attempts}." if policy.attempts else ""
    pause = (
        f"Between two attempts there must be {policy.cooldown_minutes:g} minutes." if policy.cooldown_minutes else ""
    )
    return " ".join(filter(None, (said, pause)))


def _minute(moment: datetime, up: bool = False) -> str:
    """Return a time as people read it; rounded up where an upload in the minute before would be too early."""
    return (moment + timedelta(microseconds=59_999_999 if up else 0)).isoformat(" ", "minutes")


def _shows_something(results: Any) -> bool:
    """Return whether a former result is one of a grading; that of a grader that failed has no tests."""
    return isinstance(results, dict) and isinstance(results.get("tests"), list) and bool(results["tests"])
