"""The class as the desk shows it: the last judging, and every decision so far."""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from autograder.class_page.table import shown_name
from autograder.classroom.at_work import at_work
from autograder.classroom.decided import decided_row, stated_lines
from autograder.classroom.folder import ClassFolder
from autograder.classroom.looked_at import former_looks, looks_of
from autograder.classroom.result import NotGraded, graded_index, stored_class
from autograder.classroom.similar_uploads import former_similarity, similarity_of
from autograder.decisions.log import DecisionLog
from autograder.decisions.rubric_lines import Line, lines_of
from autograder.decisions.threads import Threads, threads_of
from autograder.desk.flags import Flag, flags_of
from autograder.gradebook.lines import rubric_of
from autograder.manifest import load_assignment
from autograder.model.class_result import ClassResult, ClassRow
from autograder.model.construct import SourceLook
from autograder.model.decision import Decision, DecisionKind
from autograder.model.lateness import LatePolicy
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.similarity.find import pairs_of

REF = 10  # hexadecimal digits
OF_A_STUDENT = (DecisionKind.POINTS, DecisionKind.NOTE, DecisionKind.WAIVER)  # which change nobody else's result


@dataclass(frozen=True)
class Student:
    """One line of the class.

    Attributes:
        ref: stands for the hand-in in addresses; it tells no name.
        who: the students' names, printable.
        row: the line, with people's decisions.
        flags: the reasons to look at it.
        similar: refs of hand-ins with similar sources, and the shares.
        former: digests of former uploads, the latest first.
        former_keys: other keys that these students' hand-ins had, the latest first.
        left: decisions on former hand-ins that nobody has carried over, or replaced.
    """

    ref: str
    who: str
    row: ClassRow
    flags: frozenset[Flag]
    similar: Mapping[str, float] = field(default_factory=dict)
    former: tuple[str, ...] = ()
    former_keys: tuple[str, ...] = ()
    left: tuple[Decision, ...] = ()

    @property
    def report(self) -> Report | None:
        """The report with people's decisions; None if there is nothing to grade."""
        return self.row.report

    @property
    def alias(self) -> str:
        """A name that tells nothing about the students."""
        return alias_of(self.ref)

    def outcome(self, key: str) -> Outcome | None:
        """Return the outcome of a test or an item; None if the report has none."""
        return self._outcomes.get(key)

    @cached_property
    def lost(self) -> tuple[str, ...]:
        """Numbers of the tests and items that lost points."""
        return self.report.lost if self.report else ()

    @property
    def overridden(self) -> frozenset[str]:
        """Numbers or keys of the tests and items whose points a person has given."""
        return frozenset(one.number or key for key, one in self._outcomes.items() if one.decided)

    @cached_property
    def _outcomes(self) -> dict[str, Outcome]:
        return {one.key: one for one in self.report.outcomes} if self.report else {}


@dataclass(frozen=True)
class Class:
    """Everything that one request sees; later decisions make a new one.

    Attributes:
        result: the class by the harness alone.
        students: by name.
        tests: all tests and items that are worth points, in the rubric's order.
        threads: read from the log.
        entries: the log.
        stated: the manifest's rubric lines, by item.
        looks: the unusual constructs, by digest.
        late: the assignment's policy for late hand-ins; None if it has none.
        awaits_run: whether similarities and constructs are those of the last run, because one is at work.
    """

    result: ClassResult
    students: tuple[Student, ...]
    tests: tuple[Outcome, ...]
    threads: Threads
    entries: tuple[Decision, ...]
    stated: Mapping[str, Sequence[Line]]
    looks: Mapping[str, SourceLook]
    late: LatePolicy | None = None
    awaits_run: bool = False

    @property
    def items(self) -> tuple[Outcome, ...]:
        """The items that only a person judges."""
        return tuple(one for one in self.tests if one.manual is not None)

    def student(self, ref: str) -> Student | None:
        """Return the student of a ref; None if there is none."""
        return next((one for one in self.students if one.ref == ref), None)

    def of_key(self, key: str) -> Student | None:
        """Return the student of a hand-in's key; None if there is none."""
        return self.by_key.get(key)

    @cached_property
    def by_key(self) -> Mapping[str, Student]:
        """The student of each key, present and former; a present one counts first."""
        former = {key: one for one in self.students for key in one.former_keys}
        return former | {one.row.hand_in.key: one for one in self.students}

    def item(self, key: str) -> Outcome | None:
        """Return a test or item that is worth points; None if there is none of that key."""
        return next((one for one in self.tests if one.key == key), None)

    def lines(self, key: str) -> tuple[Line, ...]:
        """Return the rubric lines of an item."""
        return lines_of(self.stated.get(key, ()), self.threads.lines.get(key, {}))


class Book:
    """Keeps the class in memory, and follows other processes' changes to its folder."""

    def __init__(self, folder: ClassFolder) -> None:
        """Read nothing yet."""
        self.folder = folder
        self.log = DecisionLog(folder.root)
        self._turn = threading.Lock()  # requests are answered by several threads
        self._stamp = (0, 0)
        self._class: Class | None = None

    def if_graded(self) -> Class | None:
        """Return the class as it is now; None if it was not graded to the end yet.

        Raises:
            UnusableInput: the folder is damaged.
            UnusableSuite: the suites are broken.
        """
        try:
            return self.now()
        except NotGraded:
            return None

    def now(self) -> Class:
        """Return the class as it is now.

        Raises:
            NotGraded: it was not graded to the end yet.
            UnusableInput: the folder is damaged.
            UnusableSuite: the suites are broken.
        """
        with self._turn:
            stamp = self.folder.stamp
            if self._class is None or stamp != self._stamp or (self._class.awaits_run and not self._is_at_work):
                self._class, self._stamp = self._read(), stamp
            new = self.log.entries(after=len(self._class.entries))
            if new:
                self._class = self._with(self._class, new)
            return self._class

    @property
    def _is_at_work(self) -> bool:
        return at_work(self.folder.root) is not None

    def _read(self) -> Class:
        """Read everything anew, because the class was judged again.

        A run compares all sources at its end, which takes a large class minutes. Meanwhile the desk takes what is known
        of them, so that no request waits.
        """
        waits = self._is_at_work
        index = graded_index(self.folder)  # once: a run may write another one meanwhile
        result = stored_class(self.folder, index)
        similarity = former_similarity(self.folder) if waits else similarity_of(self.folder, result)
        looks = former_looks(self.folder) if waits else looks_of(self.folder, result)
        similar: dict[str, dict[str, float]] = defaultdict(dict)
        for pair in pairs_of(result, similarity):
            similar[pair.first][ref_of(pair.second)] = pair.share
            similar[pair.second][ref_of(pair.first)] = pair.share
        entries = self.log.entries()
        threads = threads_of(entries)
        assignment = load_assignment(result.assignment)
        stated = stated_lines(result, assignment.rubric)
        tests = tuple(one for one in rubric_of(result) if one.manual or one.weight)
        known = Class(result, (), tests, threads, entries, stated, looks, assignment.late, waits)
        lines = {line.hand_in.key: line for line in index.lines}
        # An older folder may say that somebody had a key that another student has.
        keys = {key: tuple(one for one in line.former_keys if one not in lines) for key, line in lines.items()}
        students = (
            self._student(known, row, similar.get(key, {}), lines[key].former, keys[key])
            for row in result.rows
            if (key := row.hand_in.key)
        )
        return _with_students(known, students)

    def _with(self, known: Class, new: tuple[Decision, ...]) -> Class:
        """Take new decisions in; only the students whom they concern are made anew."""
        entries = known.entries + new
        threads = threads_of(entries)
        for_everybody = any(one.kind not in OF_A_STUDENT for one in new)
        concerned = {one.student for one in new}
        later = replace(known, students=(), threads=threads, entries=entries)
        automatic = {row.hand_in.key: row for row in known.result.rows}
        students = (
            self._student(later, automatic[one.row.hand_in.key], one.similar, one.former, one.former_keys)
            if for_everybody or not concerned.isdisjoint((one.row.hand_in.key, *one.former_keys))
            else one
            for one in known.students
        )
        return _with_students(later, students)

    def _student(
        self, known: Class, row: ClassRow, similar: Mapping[str, float], former: tuple[str, ...], keys: tuple[str, ...]
    ) -> Student:
        decided = decided_row(self.folder, row, known.threads, known.stated, known.late)
        look = known.looks.get(row.digest, SourceLook())
        left = known.threads.left_behind(row.hand_in.key, keys) if keys and row.report else ()
        flags = flags_of(decided, known.threads, bool(similar), bool(look.count or look.unread), bool(left))
        return Student(ref_of(row.hand_in.key), shown_name(row.hand_in), decided, flags, similar, former, keys, left)


def ref_of(key: str) -> str:
    """Return the name of a hand-in in addresses."""
    return hashlib.sha256(key.encode()).hexdigest()[:REF]


def alias_of(ref: str) -> str:
    """Return a name for a hand-in that tells nothing about the students."""
    return f"Student {ref[:5]}"


def _with_students(known: Class, students: Iterable[Student]) -> Class:
    return replace(known, students=tuple(sorted(students, key=lambda one: (one.who.casefold(), one.ref))))
