"""What became of a whole class."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model.hand_in import HandIn
from autograder.model.report import Report


@dataclass(frozen=True)
class ClassRow:
    """One line of the class.

    Attributes:
        hand_in: whose, and what.
        report: what came of it; None where there was nothing to grade, and then `hand_in.problem` says why.
    """

    hand_in: HandIn
    report: Report | None

    @property
    def digest(self) -> str:
        """The digest of the files that were graded; equal for identical uploads, empty where there were none."""
        return self.report.submission if self.report else ""


@dataclass(frozen=True)
class ClassResult:
    """A graded class.

    Attributes:
        assignment: slug of the assignment.
        title: its title, as people read it.
        profile: the data it was graded on.
        platform: where the export came from: `"folder"`, `"gradescope"`, `"canvas"` or `"moodle"`.
        rows: in the order of the hand-ins' keys.
        complaints: what of the export could not be used, a sentence each.
        sources: for each digest the Python files that were graded: name to text.
    """

    assignment: str
    title: str
    profile: str
    platform: str
    rows: tuple[ClassRow, ...]
    complaints: tuple[str, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
