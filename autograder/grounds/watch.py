"""Notes each test's questions to the submission and the reference, and the answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from autograder.checks.evidence import Evidence, Observes
from autograder.evidence.running import Question
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

    def of_submission(self, question: Question, seen: Observation) -> None:
        """Note the submission's answer. With other files or weights in its place, the same question is another one."""
        noted = self._now.get(question.name) or self._begun(question)
        self._now[question.name] = noted
        noted.deferred, noted.submission = question.deferred, seen

    def _begun(self, question: Question) -> Noted:
        """Return a note for a question that the submission has not got yet, with the reference's answer if known."""
        alike = self._alike(question)
        for name, noted in list(self._now.items()):
            if any(noted is one for one in alike) and noted.submission is None:
                return self._now.pop(name)
        return Noted(question.probe, question.arguments, reference=alike[0].reference if alike else None)

    def of_reference(self, question: Question, seen: Observation) -> None:
        """Note the reference's answer. It has weights of its own, and knows nothing of a planted file."""
        alike = self._alike(question)
        if not alike:
            alike = [Noted(question.probe, question.arguments, question.deferred)]
            self._now[question.name] = alike[0]
        for noted in alike:
            noted.reference = seen

    def _alike(self, question: Question) -> list[Noted]:
        asked = (question.probe, question.arguments)
        return [one for one in self._now.values() if (one.probe, one.arguments) == asked]

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
        seen = self._plain.observe(probe, deferred, **arguments)
        note = self._watch.of_reference if self._of_reference else self._watch.of_submission
        note(Question(probe, arguments, deferred or {}), seen)
        return seen
