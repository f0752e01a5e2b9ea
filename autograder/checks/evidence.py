"""The evidence that tests ask: observations of the submission and the reference, with the profile and its data."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from autograder.model.assignment import Profile
from autograder.model.observation import Observation

Value = TypeVar("Value")


class Observes(Protocol):
    """Runs a probe and returns its observation: the sandbox, or the same process on a student's own machine."""

    digest: str

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw and how it ended."""


class Evidence:
    """Answers the questions of tests.

    Attributes:
        submission: observes the submission that is judged.
        reference: observes the reference solution.
        profile: thresholds of the data that is graded on.
        data: folder of that data; suites may read hidden files from it.
        secret: the assignment's; empty at home.
        challenge: number that every draw from a pool takes, instead of the submission's; None for the latter.
    """

    def __init__(
        self,
        submission: Observes,
        reference: Observes,
        profile: Profile,
        data: Path,
        secret: str,
        challenge: int | None = None,
    ) -> None:
        self.submission = submission
        self.reference = reference
        self.profile = profile
        self.data = data
        self.secret = secret
        self.challenge = challenge
        self.worked_out: dict[str, Any] = {}  # by tests, from all this

    def once(self, name: str, work_out: Callable[[], Value]) -> Value:
        """Return a value that several tests share; the first that asks for it computes it."""
        if name not in self.worked_out:
            self.worked_out[name] = work_out()
        return self.worked_out[name]  # type: ignore[no-any-return]
