"""Flags of a hand-in: one for each reason to look at it, by which the table is filtered."""

from collections.abc import Collection, Iterator
from enum import Enum

from autograder.class_page.standing import borderline
from autograder.decisions.threads import Threads
from autograder.model.class_result import ClassRow
from autograder.model.report import Report


class Flag(Enum):
    """A reason to look at a hand-in: its label, its explanation, and whether somebody should look."""

    LOOK = "to look at", "any of the reasons that are marked with a dot", False
    OPEN = "by hand, open", "an item that a person judges has no points yet", False
    CLASH = "two decisions", "two people decided at once; choose one", True
    OUTDATED = "verdict changed", "the harness's verdict has changed since a person decided", True
    FORMER = "former upload decided", "decisions on a former upload, which do not count for this one", True
    FAULT = "machine fault", "the harness itself failed; never a zero", True
    FORFEIT = "forfeited or leak", "a test found something that costs all points, or a leak", True
    SIMILAR = "similar", "shares much of its source with another hand-in", True
    UNUSUAL = "unusual code", "constructs that coursework does not need", True
    BORDERLINE = "borderline", "a measurement within 2 % of its limit", True
    NOT_GRADABLE = "cannot be graded", "0 points, and the student was told why", True
    LATE = "late", "by the platform's word, or by the assignment's due date", False
    DECIDED = "decided by staff", "points by a person", False
    NOTHING = "nothing handed in", "no score", False

    def __init__(self, label: str, about: str, is_to_look_at: bool) -> None:
        self.label = label
        self.about = about
        self.is_to_look_at = is_to_look_at

    @property
    def word(self) -> str:
        """The word that stands for it in an address."""
        return self.name.lower()


def flags_of(row: ClassRow, threads: Threads, similar: bool, unusual: bool, left: bool) -> frozenset[Flag]:
    """Return the flags of one line of the class, decisions included.

    Args:
        row: the line, with people's decisions.
        threads: read from the log.
        similar: whether the source is similar to another one.
        unusual: whether it holds unusual constructs.
        left: whether decisions on a former upload wait to be carried over.
    """
    found = set(_of_report(row.report) if row.report else (Flag.NOTHING,))
    keys = [outcome.key for outcome in row.report.outcomes] if row.report else []
    also = {
        Flag.LATE: row.is_late,
        Flag.SIMILAR: similar,
        Flag.UNUSUAL: unusual,
        Flag.FORMER: left,
        Flag.CLASH: any(threads.on(row.hand_in.key, key).rivals for key in keys),
    }
    found |= {flag for flag, holds in also.items() if holds}
    return frozenset(found | ({Flag.LOOK} if any(flag.is_to_look_at for flag in found) else set()))


def _of_report(report: Report) -> Iterator[Flag]:
    decided = [one.decided for one in report.outcomes if one.decided]
    holds = {
        Flag.FAULT: bool(report.faults),
        Flag.FORFEIT: bool(report.forfeits) or any(one.leaks and not one.decided for one in report.outcomes),
        Flag.NOT_GRADABLE: bool(report.problem),
        Flag.BORDERLINE: bool(borderline(report)),
        Flag.OPEN: bool(report.manual_points) and not report.problem,
        Flag.DECIDED: bool(decided),
        Flag.OUTDATED: any(one.is_outdated for one in decided),
    }
    yield from (flag for flag, it_does in holds.items() if it_does)


def flag_named(word: str, known: Collection[Flag] = tuple(Flag)) -> Flag | None:
    """Return the flag of a word in an address; None if there is none."""
    return next((flag for flag in known if flag.word == word), None)
