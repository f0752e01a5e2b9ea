"""The ways in which a test fails, beside unittest's own."""

from autograder.model.observation import Observation
from autograder.model.outcome import Explanation

A_PERSON_LOOKS = "The points are held back until a member of the staff has looked at this."


class Finding(AssertionError):
    """A check failed, for a reason that can be put in words."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(explanation.seen)
        self.explanation = explanation


class Forfeit(Finding):
    """A check failed in a way that costs all points of the whole result."""


class Leak(Finding):
    """A check failed because the submission has learned what it must not know."""


class Withheld(Finding):
    """A check failed, and a person decides whether the points are due all the same."""


class ProbeEnded(Exception):
    """A probe did not return, so there is nothing to judge; `expected` may say what was asked of the code."""

    def __init__(self, observation: Observation, expected: str = "") -> None:
        super().__init__(observation.reason)
        self.observation = observation
        self.expected = expected
