"""The result of grading one submission."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model.measurement import Measurement
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict


@dataclass(frozen=True)
class Report:
    """Everything that a renderer needs to know.

    Attributes:
        assignment: slug of the assignment.
        title: its title, as people read it.
        profile: the data it was graded on, `"embedded"` or `"real"`.
        submission: digest of the submission's files.
        outcomes: one for each test, in the rubric's order.
        problem: why nothing could be graded, as a sentence for the student; else empty.
        remarks: what the student should know about the whole upload.
        environment: versions and machine, so that a result can be reproduced.
        protections: layer of the sandbox to whether it was in force.
        execution_s: wall seconds of the whole grading.
        cpu_s: CPU seconds of all probes together, data-loader workers included.
        budgets: CPU seconds of each probe that has a budget, against that budget.
    """

    assignment: str
    title: str
    profile: str
    submission: str
    outcomes: tuple[Outcome, ...]
    problem: str = ""
    remarks: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    protections: Mapping[str, str] = field(default_factory=dict)
    execution_s: float = 0.0
    cpu_s: float = 0.0
    budgets: tuple[Measurement, ...] = ()

    @property
    def score(self) -> float:
        """Points earned in all, without the noise of summing floats; none where they are forfeited."""
        return 0.0 if self.forfeits else round(sum(outcome.score for outcome in self.outcomes), 6)

    @property
    def max_score(self) -> float:
        """Points that can be earned in all, without those that a person gives."""
        return round(sum(outcome.weight or 0.0 for outcome in self.outcomes), 6)

    @property
    def manual_points(self) -> float:
        """Points that a person gives, beside `max_score`."""
        return round(sum(outcome.manual or 0.0 for outcome in self.outcomes), 6)

    @property
    def lost(self) -> tuple[str, ...]:
        """Numbers of the tests that lost points, in their order."""
        return tuple(one.number for one in self.outcomes if one.score < (one.weight or 0.0))

    @property
    def forfeits(self) -> tuple[Outcome, ...]:
        """Outcomes that take all points away, such as that of a network trained on the test set."""
        return tuple(outcome for outcome in self.outcomes if outcome.forfeits)

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """Outcomes that a person must look at, because the harness itself failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.verdict is Verdict.HARNESS_FAULT)
