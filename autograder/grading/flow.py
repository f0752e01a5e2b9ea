"""One grading, read aloud: load the suites, take the upload, open the sandbox, observe and judge, report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder import project
from autograder.checks.evidence import Evidence
from autograder.evidence.environment import fingerprint
from autograder.evidence.observer import Observer, observers_of
from autograder.evidence.session import Session, open_session
from autograder.grading.durable_results import DurableResults
from autograder.grading.progress import Progress, ignore
from autograder.grading.request import Request
from autograder.grounds.explain import ToExplain, explain
from autograder.grounds.watch import Watch
from autograder.intake.reference import take_reference
from autograder.intake.submission import take_submission
from autograder.model.assignment import Assignment
from autograder.model.construct import SourceLook
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.source_look.look import look_at
from autograder.suites.explain import problem_of
from autograder.suites.load import PlannedTest
from autograder.suites.run import run_suites
from autograder.wire.cells import notebook_of


def grade(request: Request, results: DurableResults, on_outcome: Callable[[Outcome], None] = ignore) -> Report:
    """Grade one upload; return its report, which then stands in the results' file as well.

    Args:
        request: the upload, and how to grade it.
        results: keeps the file, which is valid from before the first step; entered by the caller.
        on_outcome: called with each outcome as soon as it is known.

    Raises:
        UnusableInput: there is nothing at the path, or the profile's data are missing.
        UnsafeMachine: the machine cannot protect the grader.
        UnusableSuite: the assignment's own tests are broken.
        KeyboardInterrupt: Ctrl-C; the file holds the outcomes known by then.
    """
    progress = Progress(request, on_outcome)
    planned = request.planned
    submission = None
    with results.follow(progress):  # whatever stops the grading in here leaves the outcomes known by then
        submission = _take_upload(request)
        if submission.problem:
            report = replace(progress.interim(submission.problem), is_no_submission=True)
        else:
            opened = open_session(request.assignment, request.profile, unsafe=request.unsafe, running=request.running)
            with opened as session:
                report = judge(session, submission, planned, progress.begin, progress.note, None, request.explained)
        progress.end(_with_remarks(report, request, submission))
    report = results.keep(progress)  # final before anybody looks at the source, which may take seconds
    return report if results.stopped or submission is None else replace(report, look=_look(submission))


def _take_upload(request: Request) -> Submission:
    if request.path.resolve() == project.reference(request.assignment.slug):
        return take_reference(request.assignment, request.profile)
    return take_submission(request.path, request.assignment)


def _with_remarks(report: Report, request: Request, submission: Submission) -> Report:
    """Return a report that names the upload and holds the remarks of all who had some."""
    remarks = request.remarks + submission.remarks + report.remarks
    return replace(report, submission=submission.digest, remarks=remarks)


def _look(submission: Submission) -> SourceLook:
    """Look at the source; no points depend on it, so a failure costs nothing but the notes."""
    if submission.problem:
        return SourceLook()
    try:
        return look_at({submission.digest: submission.files})[submission.digest]
    except OSError as error:  # no more processes, say
        return SourceLook(unread=f"The source could not be looked at: {error.strerror}.")


def _handed_in(submission: Submission, assignment: Assignment) -> str:
    """Return the name of the file that a student handed in as the solution."""
    source = assignment.upload.main_file
    return notebook_of(submission.files.get(source, b"")) or source


def judge(
    session: Session,
    submission: Submission,
    planned: Sequence[PlannedTest],
    begin: float,
    on_outcome: Callable[[Outcome], None] = ignore,
    observers: tuple[Observer, Observer] | None = None,
    explained: ToExplain | None = None,
) -> Report:
    """Observe and judge one submission in an open session.

    Args:
        session: the open sandbox; serves any number of submissions, one after the other.
        submission: the files to observe; its `problem` is empty.
        planned: the suites' tests; they can be run any number of times.
        begin: `time.monotonic()` from which the deadline counts.
        on_outcome: called with each outcome as soon as it is known.
        observers: of the submission and of the reference, for a caller who asks them more afterwards.
        explained: the tests whose grounds the report states; None for none.
    """
    assignment = session.assignment
    observer, reference = observers or observers_of(session, submission)
    observer.deadline = begin + assignment.deadline_s
    watch = Watch(Evidence(observer, reference, session.profile, session.data, assignment.secret))

    def ended(outcome: Outcome) -> None:
        watch.ended(outcome)
        on_outcome(outcome)

    outcomes = run_suites(planned, watch.evidence, observer.deadline, ended)
    blocked = observer.problem
    if blocked and explained:  # the reason stands on top, and nothing of the submission can be compared
        explained = replace(explained, ask_reference=False)
    return Report(
        assignment=assignment.slug,
        title=assignment.title,
        profile=session.profile_name,
        submission=observer.digest,
        outcomes=tuple(outcomes),
        problem=problem_of(blocked, _handed_in(submission, assignment)) if blocked else "",
        remarks=observer.remarks,
        environment=fingerprint(assignment),
        protections=session.protections,
        execution_s=max(0.0, time.monotonic() - begin - observer.on_hidden_s),
        cpu_s=round(sum(seen.cpu_s for seen in observer.seen_openly), 3),
        budgets=tuple(observer.cpu),
        note_for_staff=assignment.note_for_staff,
        grounds=explain(outcomes, watch, reference, observer.digest, explained) if explained else (),
    )
