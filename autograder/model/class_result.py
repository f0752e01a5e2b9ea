"""The result of grading a class."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model.hand_in import HandIn
from autograder.model.report import Report


@dataclass(frozen=True)
class ClassRow:
    """One line of the class.

    Attributes:
        hand_in: the hand-in and its students.
        report: its report; None if there was nothing to grade, and then `hand_in.problem` says why.
    """

    hand_in: HandIn
    report: Report | None

    @property
    def digest(self) -> str:
        """Digest of the files that were graded: equal for identical uploads, empty if there were none."""
        return self.report.submission if self.report else ""

    @property
    def is_late(self) -> bool:
        """Whether it came after the due date, by the platform's word or by the assignment's policy."""
        return self.hand_in.late or (self.report is not None and self.report.late is not None)


@dataclass(frozen=True)
class ClassResult:
    """A graded class.

    Attributes:
        assignment: slug of the assignment.
        title: its title, as people read it.
        profile: the profile whose data it was graded on.
        platform: the source of the export: `"folder"`, `"gradescope"`, `"canvas"` or `"moodle"`.
        rows: in the order of the hand-ins' keys.
        complaints: a sentence on each part of the export that could not be used.
        sources: for each digest the Python files that were graded, name to text.
    """

    assignment: str
    title: str
    profile: str
    platform: str
    rows: tuple[ClassRow, ...]
    complaints: tuple[str, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
