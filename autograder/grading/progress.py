"""The outcomes of a grading so far, and the complete report that can be made of them at any moment."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.evidence.environment import fingerprint
from autograder.grading.request import Request
from autograder.model.assignment import Assignment
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.suites.load import PlannedTest
from autograder.suites.run import not_run

NOT_RUN = "Not run; see the top of the result."


def ignore(outcome: Outcome) -> None:
    """Take no notice of an outcome."""


class Progress:
    """One grading while it goes on.

    Attributes:
        request: the request that is served.
        begin: `time.monotonic()` at its begin; the deadline counts from here.
        report: the final report; None while the grading goes on.
    """

    def __init__(self, request: Request, on_outcome: Callable[[Outcome], None] = ignore) -> None:
        """Start the clock; `on_outcome` is called with each outcome as soon as it is known."""
        self.request = request
        self.begin = time.monotonic()
        self.report: Report | None = None
        self._known: list[Outcome] = []
        self._on_outcome = on_outcome

    def note(self, outcome: Outcome) -> None:
        """Keep an outcome, and pass it on to whoever watches."""
        self._known.append(outcome)
        self._on_outcome(outcome)

    def interim(self, problem: str, verdict: Verdict = Verdict.NOT_RUN) -> Report:
        """Return a complete report of the results so far.

        Args:
            problem: why the grading did not come to its end, as a sentence for the student.
            verdict: of all tests without an outcome.
        """
        request = self.request
        report = interim_report(request.assignment, request.profile, request.planned, problem, self._known, verdict)
        return replace(report, execution_s=time.monotonic() - self.begin)

    def end(self, report: Report) -> None:
        """Make this the final report."""
        self.report = replace(report, execution_s=time.monotonic() - self.begin)


def interim_report(
    assignment: Assignment,
    profile: str,
    planned: Sequence[PlannedTest],
    problem: str,
    known: Sequence[Outcome] = (),
    verdict: Verdict = Verdict.NOT_RUN,
) -> Report:
    """Return a complete report of an upload that was not graded to the end.

    Args:
        assignment: the assignment that was asked for.
        profile: name of the profile.
        planned: the suites' tests.
        problem: why the grading did not come to its end, as a sentence for the student.
        known: outcomes of the tests that ran.
        verdict: of all other tests.
    """
    by_key = {outcome.key: outcome for outcome in known}
    return Report(
        assignment=assignment.slug,
        title=assignment.title,
        profile=profile,
        submission="",
        outcomes=tuple(by_key.get(test.key) or not_run(test, NOT_RUN, verdict) for test in planned),
        problem=problem,
        environment=fingerprint(assignment),
    )
