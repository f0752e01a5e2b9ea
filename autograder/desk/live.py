"""The run that works on the class's folder, wherever it was started: its progress, and its first results."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.class_page.table import shown_name
from autograder.classroom.at_work import AtWork, at_work
from autograder.classroom.folder import ClassFolder
from autograder.classroom.index import ClassIndex, Line, with_line_remarks
from autograder.classroom.serialization import from_json
from autograder.desk.book import alias_of, ref_of
from autograder.model.hand_in import HandIn
from autograder.model.report import Report
from autograder.rendering.pace import pace_in_words
from autograder.rendering.text import points

SHOWN = 40  # results, the latest ones
REMEMBERED = 200  # reports


@dataclass(frozen=True)
class Result:
    """A result that the run has just made.

    Attributes:
        ref: of the hand-in, in addresses.
        who: the students' names, or what stands for them.
        score: points in words, such as "7.5 of 10".
        wrong: why a person should look; empty if nobody must.
        at: when it was made, in seconds since the epoch.
    """

    ref: str
    who: str
    score: str
    wrong: str
    at: float


@dataclass(frozen=True)
class Step:
    """How far the run is, in words.

    Attributes:
        what: the step.
        done: how many items of it are done.
        total: how many there are; 0 if nobody knows.
        pace: the rate and the time left; empty at the beginning.
        now: who is graded at the moment.
        stopping: whether somebody has asked it to stop.
    """

    what: str
    done: int
    total: int
    pace: str
    now: str
    stopping: bool


@dataclass(frozen=True)
class Watched:
    """The state of the folder as somebody sees it who looks now.

    Attributes:
        index: the folder's content; None in a new folder.
        step: how far the run is; None if none is at work.
        results: the latest ones, while a run is at work or if the class was never graded to the end.
        kept: number of all such results.
    """

    index: ClassIndex | None
    step: Step | None = None
    results: tuple[Result, ...] = ()
    kept: int = 0


class Live:
    """Looks at a class's folder again and again."""

    def __init__(self, folder: ClassFolder) -> None:
        self.folder = folder
        self._stamp: tuple[int, int] | None = None
        self._index: ClassIndex | None = None

    def watch(self, hidden: bool) -> Watched:
        """Return what is to be seen now.

        Args:
            hidden: whether no names are shown.

        Raises:
            UnusableInput: the folder's content is damaged.
        """
        index, work = self._read(), at_work(self.folder.root)
        if index is None or (work is None and index.rubric):
            return Watched(index, _step(work, (), hidden) if work else None)
        made = self.folder.fresh_reports(work.began if work and index.rubric else 0.0)
        whose = index.hand_ins  # equal uploads have one report
        pairs = [(path, one) for path in made for one in whose.get(path.name, ())]
        results = (_result(path, one, hidden) for path, one in pairs[:SHOWN])
        step = _step(work, index.lines, hidden) if work else None
        return Watched(index, step, tuple(one for one in results if one), len(pairs))

    def report(self, ref: str) -> tuple[HandIn, Report] | None:
        """Return a hand-in, and its latest report, whether or not its judging holds yet; None if there is none."""
        index = self._read()
        line = next((one for one in index.lines if ref_of(one.hand_in.key) == ref), None) if index else None
        path = next((one for one in self.folder.fresh_reports() if line and one.name == line.digest), None)
        found = _report(path, path.stat().st_mtime_ns) if path else None
        return (line.hand_in, with_line_remarks(found, line)) if line and found else None

    def _read(self) -> ClassIndex | None:
        stamp = self.folder.stamp
        if stamp != self._stamp:
            self._index, self._stamp = self.folder.index, stamp
        return self._index


def name_of(hand_in: HandIn, hidden: bool) -> str:
    """Return the students' names, or what stands for them."""
    return alias_of(ref_of(hand_in.key)) if hidden else shown_name(hand_in)


def _step(work: AtWork, lines: Sequence[Line], hidden: bool) -> Step:
    names = {line.hand_in.key: name_of(line.hand_in, hidden) for line in lines if line.hand_in.key in work.now}
    now = ", ".join(names[key] for key in work.now if key in names)
    pace = pace_in_words(work.done, work.total, work.elapsed_s)
    return Step(work.what, work.done, work.total, pace, now, work.stopping)


def _result(path: Path, hand_in: HandIn, hidden: bool) -> Result | None:
    try:
        at = path.stat().st_mtime_ns
    except OSError:  # it is being replaced
        return None
    report = _report(path, at)
    if report is None:
        return None
    wrong = "machine fault" if report.faults else "cannot be graded" if report.problem else ""
    score = f"{points(report.score)} of {points(report.max_score)}"
    return Result(ref_of(hand_in.key), name_of(hand_in, hidden), score, wrong, at / 1e9)


@lru_cache(REMEMBERED)
def _report(path: Path, _at: int) -> Report | None:
    """Return the report of a file; it is read once for each time at which it was written."""
    try:
        return from_json(path.read_bytes(), Report)
    except (OSError, ValueError):
        return None
