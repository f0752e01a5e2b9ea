"""The content of a class's folder: its hand-ins, and what all of them were graded with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograder.model.hand_in import HandIn
from autograder.model.report import Report

LAYOUT = 1


@dataclass(frozen=True)
class Line:
    """One hand-in and its submission.

    Attributes:
        hand_in: the hand-in.
        digest: of its submission; empty if there is nothing to observe.
        problem: why it cannot be graded, as a sentence for the student; empty if it can.
        remarks: notes for the student about the upload.
        former: digests of the same students' uploads of earlier exports, the latest first; their files are kept.
        former_keys: other keys that the same students' hand-ins had in earlier exports, the latest first.
    """

    hand_in: HandIn
    digest: str = ""
    problem: str = ""
    remarks: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    former_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClassIndex:
    """The content of a class's folder.

    Attributes:
        assignment: slug.
        profile: the profile whose data it is graded on.
        threads: of one parallel region in the sandbox.
        platform: the source of the export.
        environment: of the observations.
        lines: one for each hand-in.
        complaints: the parts of the export that could not be used.
        set_aside: for the digests that the harness gave up the reason; a person must look at these.
        rubric: parts of the rubric that all reports were judged by; empty before all are judged.
        export: path of what was graded, so that the desk can offer it again; empty if nobody knows.
        layout: version of the folder's layout; any other one is refused.
    """

    assignment: str
    profile: str
    threads: int
    platform: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    complaints: tuple[str, ...] = ()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    rubric: Mapping[str, str] = field(default_factory=dict)
    export: str = ""
    layout: int = LAYOUT

    @property
    def digests(self) -> list[str]:
        """Each distinct upload once, in the order of the lines."""
        return list(self.hand_ins)

    @property
    def hand_ins(self) -> dict[str, list[HandIn]]:
        """The hand-ins of each distinct upload, by its digest; equal uploads have several."""
        found: dict[str, list[HandIn]] = {}
        for line in self.lines:
            if line.digest:
                found.setdefault(line.digest, []).append(line.hand_in)
        return found


def with_line_remarks(report: Report, line: Line) -> Report:
    """Return the report of an upload with the remarks of one hand-in, which may hold further files."""
    return replace(report, remarks=line.remarks + report.remarks)
