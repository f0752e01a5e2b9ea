"""A request to grade one upload."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.grounds.explain import ToExplain
from autograder.model.assignment import Assignment
from autograder.sandbox.running_processes import RunningProcesses
from autograder.suites.load import PlannedTest, load_suites


@dataclass(frozen=True)
class Request:
    """The upload to grade, and how to grade it.

    Attributes:
        path: a `.py` file, a folder, a `.zip`, a `.tar` or a `.tar.gz`.
        assignment: the assignment whose suites judge it.
        profile: name of the profile whose data it is graded on.
        unsafe: whether to go on where the machine cannot protect the grader.
        remarks: lines that the student reads beside the remarks of the grading itself.
        explained: the tests whose grounds the report states; None for none.
        running: the sandbox's processes, where they have been started already.
    """

    path: Path
    assignment: Assignment
    profile: str = "embedded"
    unsafe: bool = False
    remarks: tuple[str, ...] = ()
    explained: ToExplain | None = None
    running: RunningProcesses | None = None

    @cached_property
    def planned(self) -> list[PlannedTest]:
        """The suites' tests, in the rubric's order; loaded once, when somebody first asks.

        Raises:
            UnusableSuite: the assignment's own tests are broken.
        """
        return load_suites(self.assignment)
