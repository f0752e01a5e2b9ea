"""Grades one submission: load, take, open, observe and judge, report."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import project
from autograder.checks.case import Evidence
from autograder.evidence.environment import fingerprint
from autograder.evidence.observer import Observer, observers_of, reference_of
from autograder.evidence.session import Session, open_session
from autograder.evidence.store import Store
from autograder.intake.reference import take_reference
from autograder.intake.submission import take_submission
from autograder.model.assignment import Assignment
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict
from autograder.suites.explain import problem_of
from autograder.suites.load import PlannedTest, UnusableSuite, load_suites
from autograder.suites.run import not_run, run_suites


def _silent(outcome: Outcome) -> None:
    """Take no notice."""


@dataclass(frozen=True)
class Request:
    """What is to be graded, and how.

    Attributes:
        path: a `.py` file, a folder, a `.zip`, a `.tar` or a `.tar.gz`.
        assignment: by whose suites.
        profile: on which data.
        unsafe: whether to go on where the machine cannot protect the grader.
        on_outcome: called with each outcome as it is known.
        remarks: what the student should know beside what the grading finds.
    """

    path: Path
    assignment: Assignment
    profile: str = "embedded"
    unsafe: bool = False
    on_outcome: Callable[[Outcome], None] = _silent
    remarks: tuple[str, ...] = ()


def grade(request: Request) -> Report:
    """Return the report of one upload.

    Raises:
        UnusableInput: there is nothing at the path, or the profile's data are missing.
        UnsafeMachine: the machine cannot protect the grader.
        UnusableSuite: the assignment's own tests are broken.
    """
    begin = time.monotonic()
    planned = load_suites(request.assignment)
    submission = _taken(request)
    if submission.problem:
        report = interim_report(request, planned, [], submission.problem)
    else:
        with open_session(request.assignment, request.profile, unsafe=request.unsafe) as session:
            report = judge(session, submission, planned, begin, request.on_outcome)
    return replace(
        report,
        submission=submission.digest,
        remarks=request.remarks + submission.remarks + report.remarks,
        execution_s=time.monotonic() - begin,
    )


def _taken(request: Request) -> Submission:
    if request.path.resolve() == project.reference(request.assignment.slug):
        return take_reference(request.assignment, request.profile)
    return take_submission(request.path, request.assignment)


def judge(
    session: Session,
    submission: Submission,
    planned: Sequence[PlannedTest],
    begin: float,
    on_outcome: Callable[[Outcome], None] = _silent,
    observers: tuple[Observer, Observer] | None = None,
) -> Report:
    """Observe and judge one submission in an open session.

    Args:
        session: the open sandbox; serves any number of submissions, one after the other.
        submission: what to observe; its `problem` is empty.
        planned: the suites' tests, freshly loaded or not.
        begin: time of `time.monotonic()` from which the deadline counts.
        on_outcome: called with each outcome as it is known.
        observers: of the submission and of the reference, for a caller who wants to ask them more afterwards.
    """
    assignment = session.assignment
    observer, reference = observers or observers_of(session, submission)
    observer.deadline = begin + assignment.deadline_s
    evidence = Evidence(observer, reference, session.profile, session.data, assignment.secret)
    outcomes = run_suites(planned, evidence, observer.deadline, on_outcome)
    blocked = observer.problem
    return Report(
        assignment=assignment.slug,
        title=assignment.title,
        profile=session.profile_name,
        submission=observer.digest,
        outcomes=tuple(outcomes),
        problem=problem_of(blocked, assignment.entry) if blocked else "",
        remarks=(observer.remark,) if observer.remark else (),
        environment=fingerprint(assignment),
        protections=session.protections,
        execution_s=time.monotonic() - begin,
        cpu_s=round(sum(seen.cpu_s for seen in observer.seen), 3),
        budgets=tuple(observer.cpu),
    )


def observe_reference(assignment: Assignment, profile: str, store: Store | None = None) -> str:
    """Make all observations of the reference that the suites ask for; return its digest.

    Args:
        assignment: whose reference.
        profile: on which data.
        store: where the observations are kept; the project's cache unless given.

    Raises:
        UnusableSuite: the reference does not earn full marks, so that nothing can be compared with it.
        OSError: the observations cannot be kept.
    """
    with open_session(assignment, profile, store=store) as session:
        reference = reference_of(session)
        evidence = Evidence(reference, reference, session.profile, session.data, assignment.secret)
        outcomes = run_suites(load_suites(assignment), evidence)
    refuse_incomplete(assignment, outcomes)
    if reference.unstored:
        raise reference.unstored
    return reference.digest


def refuse_incomplete(assignment: Assignment, outcomes: Sequence[Outcome]) -> None:
    """Refuse to go on where the reference does not earn full marks, so that nothing can be compared with it.

    Raises:
        UnusableSuite: it does not; names the tests.
    """
    lost = [outcome.number for outcome in outcomes if outcome.score < (outcome.weight or 0.0)]
    if lost:
        raise UnusableSuite(
            f"the reference solution of {assignment.slug} loses points in {', '.join(lost)}: run verify"
        )


def interim_report(
    request: Request,
    planned: Sequence[PlannedTest],
    known: Sequence[Outcome],
    problem: str,
    verdict: Verdict = Verdict.NOT_RUN,
    protections: Mapping[str, str] | None = None,
) -> Report:
    """Return a complete report of a grading that has not come to its end: the rest is not run."""
    by_key = {outcome.key: outcome for outcome in known}
    reason = "Not run; see the top of the result."
    outcomes = tuple(by_key.get(test.key) or not_run(test, reason, verdict) for test in planned)
    return Report(
        assignment=request.assignment.slug,
        title=request.assignment.title,
        profile=request.profile,
        submission="",
        outcomes=outcomes,
        problem=problem,
        environment=fingerprint(request.assignment),
        protections=protections or {},
    )
