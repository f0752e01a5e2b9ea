"""The cases that `verify` grades, and their expected results."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from autograder import project
from autograder.checks.mistake import Mistake
from autograder.checks.mistake_notation import read_mistakes
from autograder.intake.reference import take_reference
from autograder.intake.submission import take_submission
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.test_number import is_meant
from autograder.model.verdict import Verdict
from autograder.suites.load import PlannedTest

REFERENCE, TEMPLATE = "reference", "template"  # names; all others are those of known mistakes


@dataclass(frozen=True)
class Case:
    """A submission with a known result.

    Attributes:
        name: identifier.
        story: a sentence about it.
        submission: the submission to grade.
        loses: numbers of the tests that must lose points.
        all_of_them: whether these must lose all of their points.
        forfeits: whether the whole result must be 0.
    """

    name: str
    story: str
    submission: Submission
    loses: frozenset[str]
    all_of_them: bool = False
    forfeits: bool = False

    @property
    def is_mistake(self) -> bool:
        """Whether it is a known mistake."""
        return self.name not in (REFERENCE, TEMPLATE)

    def is_meant(self, only: str, numbers: Iterable[str]) -> bool:
        """Return whether `verify --only` chooses it.

        Args:
            only: part of a name, or the number of a test, as `model.test_number` reads it: "2.1", or "2" for part 2.
            numbers: of the scored tests. A number among them chooses the known mistakes that must fail its test.
        """
        meant = {number for number in numbers if is_meant(number, only)}
        return bool(self.is_mistake and meant & self.loses) if meant else only in self.name


def cases_of(assignment: Assignment, planned: list[PlannedTest], profile: str = "embedded") -> Iterator[Case]:
    """Yield the reference, the untouched template, and every known mistake, for a profile's data.

    Raises:
        UnusableMistake: the file of known mistakes cannot be read, or one does not fit the reference solution.
    """
    scored = frozenset(test.number for test in planned if test.weight)
    reference = take_reference(assignment, profile)
    template = take_submission(project.template(assignment.slug), assignment)
    yield Case(REFERENCE, "The reference solution earns full marks.", reference, frozenset())
    yield Case(TEMPLATE, "The untouched template earns nothing.", template, scored, all_of_them=True)
    for mistake in known_mistakes(assignment):
        files = mistake.applied_to(reference.files)
        yield Case(
            mistake.name, mistake.story, replace(reference, files=files), mistake.loses, forfeits=mistake.forfeits
        )


def known_mistakes(assignment: Assignment) -> tuple[Mistake, ...]:
    """Return the known mistakes of an assignment, in the order of their file.

    Raises:
        UnusableMistake: the file cannot be read.
    """
    return read_mistakes(project.definition(assignment.slug) / project.MISTAKES, assignment.upload.main_file)


def faults_of(case: Case, report: Report) -> list[str]:
    """Return how a report differs from the case's expected result; empty if it does not."""
    lost = {outcome.number for outcome in report.outcomes if outcome.score < (outcome.weight or 0.0)}
    faults = []
    if case.loses - lost:
        faults.append(f"keeps {', '.join(sorted(case.loses - lost))}")
    if lost - case.loses:
        faults.append(f"also loses {', '.join(sorted(lost - case.loses))}")
    if case.all_of_them and report.score > 0:
        faults.append(f"earns {report.score:g} points instead of none")
    if bool(report.forfeits) != case.forfeits:
        faults.append("forfeits all points" if report.forfeits else "does not forfeit its points")
    wrong = [outcome.number for outcome in report.outcomes if outcome.verdict is Verdict.HARNESS_FAULT]
    if wrong:
        faults.append(f"the harness fails in {', '.join(wrong)}")
    return faults


def unproven(planned: list[PlannedTest], cases: list[Case]) -> list[str]:
    """Return the scored tests that no known mistake fails: nothing shows that they judge anything."""
    caught = frozenset().union(*(case.loses for case in cases if not case.all_of_them))
    return [test.number for test in planned if test.weight and test.number not in caught]
