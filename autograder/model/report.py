"""The result of grading one submission."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model.construct import SourceLook
from autograder.model.decided import LineNote
from autograder.model.grounds import Grounds
from autograder.model.lateness import Lateness
from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict


@dataclass(frozen=True)
class Report:
    """Everything that a renderer needs to know.

    Attributes:
        assignment: slug of the assignment.
        title: its title, as people read it.
        profile: the profile whose data it was graded on, such as `"embedded"`.
        submission: digest of the submission's files.
        outcomes: one for each test, in the rubric's order.
        problem: why nothing could be graded, as a sentence for the student; empty if something could.
        is_no_submission: whether the upload itself is the problem: nothing of it could be run.
        remarks: notes for the student about the whole upload.
        environment: versions and machine, for reproducing the result.
        protections: for each layer of the sandbox whether it was active.
        execution_s: wall seconds of the grading, without probes that got hidden data: students read it.
        cpu_s: CPU seconds of all other probes together, data-loader workers included.
        budgets: for each probe with a budget, its CPU seconds against the budget.
        note_for_staff: a note on every result of this assignment; for the staff alone.
        look: constructs in the source that a person should look at; for the staff alone.
        notes: people's comments on lines of the source.
        late: how late it was handed in, and what that costs; None if it was in time or no policy holds.
        grounds: of the verdicts on tests that lost points; for the staff alone.
    """

    assignment: str
    title: str
    profile: str
    submission: str
    outcomes: tuple[Outcome, ...]
    problem: str = ""
    is_no_submission: bool = False
    remarks: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    protections: Mapping[str, str] = field(default_factory=dict)
    execution_s: float = 0.0
    cpu_s: float = 0.0
    budgets: tuple[Measurement, ...] = ()
    note_for_staff: str = ""
    look: SourceLook = field(default_factory=SourceLook)
    notes: tuple[LineNote, ...] = ()
    late: Lateness | None = None
    grounds: tuple[Grounds, ...] = ()

    @property
    def score(self) -> float:
        """Points earned in all, rounded against float noise, less the cost of lateness; 0 if they are forfeited."""
        kept = 1.0 - self.late.share_lost if self.late else 1.0
        return 0.0 if self.forfeits else round(kept * sum(outcome.score for outcome in self.outcomes), 6)

    @property
    def max_score(self) -> float:
        """Points that can be earned so far: in all tests, and in the items that a person has judged."""
        return round(sum(outcome.worth or 0.0 for outcome in self.outcomes), 6)

    @property
    def manual_points(self) -> float:
        """Points that a person still has to give."""
        return round(sum(outcome.manual or 0.0 for outcome in self.outcomes if outcome.is_open), 6)

    @property
    def lost(self) -> tuple[str, ...]:
        """Numbers of the tests that lost points, in the rubric's order."""
        return tuple(one.number for one in self.outcomes if one.score < (one.worth or 0.0))

    @property
    def forfeits(self) -> tuple[Outcome, ...]:
        """Outcomes that forfeit all points, such as one that found a network trained on the test set."""
        return tuple(outcome for outcome in self.outcomes if outcome.forfeits)

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """Outcomes that need a person, because the harness itself failed and nobody has decided yet."""
        return tuple(one for one in self.outcomes if one.verdict is Verdict.HARNESS_FAULT and not one.decided)
