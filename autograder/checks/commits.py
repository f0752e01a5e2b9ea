"""Shows people the commits of an upload's repository beside an item by hand: author, time, message, changed lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from autograder.checks.case import SubmissionTestCase
from autograder.checks.findings import ProbeEnded
from autograder.checks.plots import line_of
from autograder.model.plot import MAX_PASSAGE, Curve, Passage
from autograder.rendering.text import counted
from autograder.wire.built_in import Commit, History

LONGEST_MESSAGE = 72  # characters
LONGEST_SPAN = 400  # days, of a curve
CLAIMS = "Names and dates come from the repository; its author can write any."


@dataclass(frozen=True)
class Commits:
    """The commits of an upload's repository; the manifest says `commits = true` under `[upload]`."""


def show_commits(case: SubmissionTestCase) -> None:
    """Show the commits beside a test; say so if there are none. No points depend on it."""
    try:
        history = case.observation(History).value
    except ProbeEnded as ended:
        case.remark(f"The repository could not be read: {ended}")
        return
    if history is None:
        case.remark("The repository could not be read within the limits, so its commits are not shown.")
        return
    if not history.commits:
        case.remark("The upload holds no repository with commits.")
        return
    case.remark(_summary(history))
    if curve := _curve(history.commits):
        case.show(curve)
    case.show(Passage("Commits, newest first", _listed(history)))


def _summary(history: History) -> str:
    commits, days = history.commits, [_moment(one).date() for one in history.commits]
    people = len({one.who for one in commits})
    said = f"{counted(len(commits) + history.more, 'commit')} by {people} {'person' if people == 1 else 'people'}"
    unread = f" {counted(history.unread, 'commit')} could not be read." if history.unread else ""
    return f"{said}, from {min(days)} to {max(days)}.{unread} {CLAIMS}"


def _listed(history: History) -> str:
    """Return a line for each commit, as many as a passage holds."""
    lines: list[str] = []
    room = MAX_PASSAGE - 40
    for commit in history.commits:
        line = _line(commit)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    more = len(history.commits) + history.more - len(lines)
    return "\n".join([*lines, *([f"… and {more} older ones"] if more else [])])


def _line(commit: Commit) -> str:
    changed = "" if commit.added < 0 else f"+{commit.added} −{commit.removed}"
    return f"{_moment(commit):%Y-%m-%d %H:%M}  {changed:>12}  {commit.who}: {commit.message[:LONGEST_MESSAGE]}"


def _curve(commits: Sequence[Commit]) -> Curve | None:
    """Return the number of commits up to each day; None for a single day, and for a span that cannot be true."""
    days = sorted(_moment(one).date() for one in commits)
    span = (days[-1] - days[0]).days
    if not 0 < span <= LONGEST_SPAN:
        return None
    so_far = [_until(days, days[0].toordinal() + number) for number in range(span + 1)]
    return Curve(f"Commits so far, from {days[0]} to {days[-1]}", "days", (line_of("commits", so_far),))


def _until(days: Sequence[date], last: int) -> int:
    return sum(day.toordinal() <= last for day in days)


def _moment(commit: Commit) -> datetime:
    """Return the time on the author's clock."""
    return datetime.fromtimestamp(commit.when + commit.offset_s, UTC)
