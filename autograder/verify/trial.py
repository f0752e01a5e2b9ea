"""The outcome of one attack, in the report and in the attack's own words, and how it differs from the expected one."""

from dataclasses import dataclass
from functools import cached_property

from autograder.evidence.import_policy import IMPORT
from autograder.evidence.observer import Observer
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.verify.attack import Expectation

BREACH, DENIED = "BREACH:", "denied:"
LEFT_OUT = ("Not used for grading", "Passed over")  # how remarks on entries of an upload begin
NO_REASON = {Verdict.PASSED, Verdict.NOT_RUN, Verdict.RETURNED}
LONGEST_LINE = 300


@dataclass(frozen=True)
class Trial:
    """A graded attack.

    Attributes:
        submission: the submission that the intake made of the upload.
        report: its result; None if the upload was refused.
        observer: the observer of the submission; None if the upload was refused.
    """

    submission: Submission
    report: Report | None = None
    observer: Observer | None = None

    @cached_property
    def said(self) -> list[str]:
        """The lines in which the attack reports its attempts, each once."""
        lines = [line for seen in (self.observer.seen if self.observer else []) for line in seen.printed.splitlines()]
        return list(dict.fromkeys(line[:LONGEST_LINE] for line in lines if line.startswith((BREACH, DENIED))))

    @property
    def shown(self) -> list[str]:
        """The texts of the result in which the attack reports a breach."""
        outcomes = self.report.outcomes if self.report else ()
        parts = [(one.number, (one.explanation.seen, one.explanation.detail, *one.remarks)) for one in outcomes]
        return [
            f"{number} shows {text[:LONGEST_LINE]}" for number, texts in parts for text in texts if BREACH[:-1] in text
        ]

    @property
    def lost(self) -> set[str]:
        """Numbers of the tests that lost points."""
        return set(self.report.lost) if self.report else set()

    @property
    def verdicts(self) -> set[Verdict]:
        """Why points were lost: the verdicts of the tests, and of an import that ended them all."""
        if self.report is None or self.observer is None:
            return set()
        reasons = {outcome.verdict for outcome in self.report.outcomes if outcome.number in self.lost}
        return (reasons | {self.observer.observe(IMPORT).verdict}) - NO_REASON

    @property
    def words(self) -> str:
        """The outcome, in a few words."""
        if self.report is None:
            return f"refused: {self.submission.problem}"
        if self.lost:
            numbers = "all" if self.report.score == 0 else ", ".join(sorted(self.lost))
            return f"loses {numbers} ({_listed(self.verdicts)})"
        denied = sum(line.startswith(DENIED) for line in self.said)
        return f"full points, {denied} denied" if denied else "full points"


def differences(expected: Expectation, trial: Trial) -> list[str]:
    """Return how the outcome of an attack differs from the expected one; empty if it does not."""
    report = trial.report
    if report is None:
        return [] if expected.outcome == "BLOCKED" else [f"the upload was refused: {trial.submission.problem}"]
    faults = []
    if Verdict.HARNESS_FAULT not in expected.verdicts:
        faults += [f"the harness fails in {one.number}: {one.explanation.seen}" for one in report.faults]
    if expected.outcome == "FAILED":
        return faults + _failed_otherwise(expected, trial, report)
    if trial.lost:
        why = report.problem or next(one.explanation.seen for one in report.outcomes if one.number in trial.lost)
        faults.append(f"loses {', '.join(sorted(trial.lost))} ({_listed(trial.verdicts)}): {why}")
    left_out = any(remark.startswith(LEFT_OUT) for remark in trial.submission.remarks)
    if expected.outcome == "BLOCKED" and not left_out and not any(line.startswith(DENIED) for line in trial.said):
        faults.append("no attempt was made")
    return faults


def _failed_otherwise(expected: Expectation, trial: Trial, report: Report) -> list[str]:
    scored = {outcome.number for outcome in report.outcomes if outcome.weight}
    must = scored if expected.loses is None else set(expected.loses)
    faults = []
    if must - trial.lost:
        faults.append(f"keeps {', '.join(sorted(must - trial.lost))}")
    if trial.lost - must:
        faults.append(f"also loses {', '.join(sorted(trial.lost - must))}")
    faults += [
        f"keeps {one.score:g} points of {one.number}"
        for one in report.outcomes
        if one.number in trial.lost and one.score
    ]
    if not trial.verdicts or not trial.verdicts <= expected.verdicts:
        faults.append(f"the verdict is {_listed(trial.verdicts)}")
    return faults


def _listed(verdicts: set[Verdict]) -> str:
    return " and ".join(sorted(verdicts)) or "none"
