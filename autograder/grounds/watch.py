"""Notes each test's questions to the submission and the reference, and the answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from autograder.checks.case import Evidence, Observes
from autograder.model.observation import Observation
from autograder.model.outcome import Outcome

Value = TypeVar("Value")


@dataclass
class Noted:
    """A question with its answers.

    Attributes:
        probe: name of the probe.
        arguments: its keyword arguments, plain JSON.
        deferred: name to a function of a digest that makes the input.
        submission: the submission's answer; None if it was not asked.
        reference: the reference's answer; None if it was not asked.
    """

    probe: str
    arguments: Mapping[str, Any]
    deferred: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    submission: Observation | None = None
    reference: Observation | None = None


class Watch:
    """Follows one run of the suites.

    Attributes:
        evidence: answers the tests, and tells this what they ask.
        of_test: key of each test that has ended to its questions, in their order.
    """

    def __init__(self, evidence: Evidence) -> None:
        """Watch all questions to this evidence."""
        self.evidence: Evidence = _WatchedEvidence(self, evidence)
        self.of_test: dict[str, list[Noted]] = {}
        self._now: dict[str, Noted] = {}

    def ended(self, outcome: Outcome) -> None:
        """Take all questions since the last call as those of the test that has ended now."""
        self.of_test[outcome.key] = list(self._now.values())
        self._now = {}

    def question(self, probe: str, deferred: Mapping[str, Any] | None, arguments: Mapping[str, Any]) -> Noted:
        """Return the note on a question of the current test."""
        name = json.dumps([probe, arguments], sort_keys=True)
        noted = self._now.setdefault(name, Noted(probe, arguments))
        noted.deferred = noted.deferred or deferred or {}  # of a planted file the reference knows nothing
        return noted

    def asked_by(self, work_out: Callable[[], Value]) -> tuple[Value, dict[str, Noted]]:
        """Return what a function returns, and all that was asked meanwhile."""
        before, self._now = self._now, {}
        try:
            value = work_out()
        finally:
            asked, self._now = self._now, {**before, **self._now}
        return value, asked

    def asked_before(self, asked: Mapping[str, Noted]) -> None:
        """Count questions of an earlier test as those of the current one, too."""
        self._now = {**self._now, **asked}


class _WatchedEvidence(Evidence):
    """Evidence that reports to a watch. A shared question counts as asked by each test that uses it."""

    def __init__(self, watch: Watch, plain: Evidence) -> None:
        super().__init__(
            _Watched(watch, plain.submission, of_reference=False),
            _Watched(watch, plain.reference, of_reference=True),
            plain.profile,
            plain.data,
            plain.secret,
            plain.challenge,
        )
        self._watch = watch
        self._asked: dict[str, dict[str, Noted]] = {}

    def once(self, name: str, work_out: Callable[[], Value]) -> Value:
        """Return a value that several tests share."""
        if name in self._asked:
            self._watch.asked_before(self._asked[name])
            return super().once(name, work_out)
        value, self._asked[name] = self._watch.asked_by(lambda: super(_WatchedEvidence, self).once(name, work_out))
        return value


class _Watched:
    """An observer of which a watch hears."""

    def __init__(self, watch: Watch, plain: Observes, *, of_reference: bool) -> None:
        self.digest = plain.digest
        self._watch = watch
        self._plain = plain
        self._of_reference = of_reference

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what the probe saw and how it ended."""
        noted = self._watch.question(probe, deferred, arguments)
        seen = self._plain.observe(probe, deferred, **arguments)
        if self._of_reference:
            noted.reference = seen
        else:
            noted.submission = seen
        return seen
