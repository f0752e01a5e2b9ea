"""Judges uploads of a class from their stored observations, without a sandbox and without running students' code."""

import time
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from autograder.classroom.rubric import Rubric, rubric_of
from autograder.course import course_assignment
from autograder.evidence.observer import Observer, reference_of
from autograder.evidence.session import Session, stored_session
from autograder.evidence.store import Store
from autograder.grading.flow import judge
from autograder.grading.reference import answer_all, refuse_incomplete
from autograder.grounds.explain import STAFF_PAGES
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.suites.load import PlannedTest, load_suites

THREADS = 1  # of one upload: many uploads on one thread each are faster than a few on several (docs/cluster.md)
NOTHING = Submission({})


def class_assignment(slug: str, threads: int = THREADS) -> Assignment:
    """Return an assignment with the settings for grading a class, and with the course's secret.

    Raises:
        UnusableInput: there is none of that name, or its manifest or the course's secret is wrong.
    """
    return msgspec.structs.replace(course_assignment(slug), threads=threads)


class Judge:
    """Judges by today's suites.

    Attributes:
        planned: the suites' tests.
        rubric: everything that its reports depend on beside observations.
    """

    def __init__(
        self, assignment: Assignment, profile: str, reference: Store, environment: Mapping[str, str] | None = None
    ) -> None:
        """Load the suites.

        Args:
            assignment: the assignment whose suites judge.
            profile: name of the profile whose data were used.
            reference: the reference solution's observations.
            environment: of the observations; this machine's unless given.

        Raises:
            UnusableInput: the profile's data are missing.
            UnusableSuite: the suites are broken.
        """
        session = stored_session(assignment, profile, reference)
        self.session: Session = replace(session, environment=environment) if environment else session
        self.planned: list[PlannedTest] = load_suites(assignment)
        self.rubric: Rubric = rubric_of(self.session, self.planned)
        self._reference = reference_of(self.session)

    def knows_reference(self) -> bool:
        """Return whether every observation of the reference that the suites ask for is stored.

        Raises:
            UnusableSuite: it is, and the reference loses points.
        """
        session, reference = self.session, self._reference
        outcomes = answer_all(session, reference, self.planned)
        if reference.missing:
            self._reference = reference_of(session)  # a new one asks the store again
            return False
        refuse_incomplete(session.assignment, outcomes)
        return True

    def report(self, digest: str, store: Store, former: Report | None = None) -> Report | None:
        """Return the report of an upload; None if an observation that its tests ask for is not stored.

        Args:
            digest: of the upload.
            store: its observations.
            former: an earlier report, which names the machine that observed the upload.
        """
        observer = Observer(self.session, None, digest, store=store, reference=self._reference)
        observers = observer, self._reference
        report = judge(
            self.session, NOTHING, self.planned, time.monotonic(), observers=observers, explained=STAFF_PAGES
        )
        if observer.missing or self._reference.missing:
            self._reference.missing.clear()
            return None
        report = replace(report, execution_s=round(sum(seen.wall_s for seen in observer.seen_openly), 3))
        if former is None:
            return report
        return replace(report, protections=former.protections, environment=former.environment)
