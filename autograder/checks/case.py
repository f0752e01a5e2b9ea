"""The test case that authors of suites write."""

import contextlib
import math
import unittest
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar, cast

import numpy.typing as npt

from autograder.checks.closeness import close
from autograder.checks.disclosure import DISCLOSES, Disclosure, Step, Undisclosed, step_of
from autograder.checks.draw import Draw, drawn
from autograder.checks.evidence import Evidence
from autograder.checks.findings import A_PERSON_LOOKS, Finding, Forfeit, Leak, ProbeEnded, Withheld
from autograder.checks.planting import Planted
from autograder.model.measurement import Measurement
from autograder.model.observation import Observation
from autograder.model.outcome import Explanation
from autograder.model.plot import Plot
from autograder.model.verdict import Verdict
from autograder.wire.arguments import packed
from autograder.wire.declaration import Declared
from autograder.wire.entry import PART

Value = TypeVar("Value")
MAX_PLOTS = 4  # of one test


class SubmissionTestCase(unittest.TestCase):
    """Judges observations of a submission.

    A test asks for observations with `observe` and `reference`, and passes unless something fails: an
    assertion of unittest's, `fail_because`, or the probe itself. Its docstring's first line is the title that the
    student reads. Weights and the like come from gradescope-utils' decorators.
    """

    evidence: Evidence  # set by the runner of the tests
    part = ""  # the entry that its probes import, where the assignment has several; the first unless stated
    pool = 0  # the largest that the test has drawn from
    discloses_in_steps = True  # whether its tests tell about hidden data only in steps
    speaks_aside = False  # whether only the staff will read remarks and plots of this moment

    def setUp(self) -> None:
        """Begin with nothing said; authors who override this call it."""
        self.remarks: list[str] = []
        self.measurements: list[Measurement] = []
        self.plots: list[Plot] = []
        self.explanation = Explanation()
        self.aside_remarks: list[str] = []  # for the staff alone
        self.aside_plots: list[Plot] = []

    def observe(self, probe: type[Declared], deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Declared:
        """Return what a probe returned for the submission.

        Args:
            probe: its declared result, a struct of the assignment's `observed.py`.
            deferred: inputs that enter the sandbox when the probe asks for them: name to a function of the
                submission's digest.
            **arguments: the probe's keyword arguments: plain JSON, arrays and bytes.

        Raises:
            ProbeEnded: the probe did not return; the test is judged by how it ended.
        """
        observation = self.observation(probe, deferred, **arguments)
        if observation.verdict is not Verdict.RETURNED:
            raise ProbeEnded(observation)
        return cast(Declared, observation.value)

    def observe_partial(
        self, probe: type[Declared], deferred: Mapping[str, Any] | None = None, *, needs: str, **arguments: Any
    ) -> Declared:
        """Return what a probe returned or, where a budget ended it, what it had kept, if that is enough.

        Args:
            probe: as for `observe`.
            deferred: as for `observe`.
            needs: the field that must have been kept, and not be empty.
            **arguments: as for `observe`.

        Raises:
            ProbeEnded: the probe did not come so far; the test is judged by how it ended.
        """
        observation = self.observation(probe, deferred, **arguments)
        kept = observation.value
        if kept is None or not (observation.verdict is Verdict.RETURNED or getattr(kept, needs)):
            raise ProbeEnded(observation)
        if observation.verdict is Verdict.RETURNED:
            return kept
        self.remark(f"{observation.reason} Everything observed until then counts here.")
        return kept

    def observation(
        self, probe: type[Declared], deferred: Mapping[str, Any] | None = None, **arguments: Any
    ) -> Observation[Declared | None]:
        """Return a probe's whole observation of the submission, however it ended.

        Raises:
            ProbeEnded: the harness failed, so nothing is known of the submission, and no test may judge it by that.
            RuntimeError: the probe gets hidden data outside `disclosed`, so students would read its outcome.
        """
        hidden = [one for one in (deferred or {}).values() if not isinstance(one, Planted)]
        if hidden and self.evidence.profile.hidden and self.discloses_in_steps and not self.speaks_aside:
            raise RuntimeError(f"{probe.probe} gets hidden data: ask it in `self.disclosed`, as `@discloses` explains")
        observation = self.evidence.submission.observe(probe.probe, deferred, **self._asked(arguments))
        if observation.verdict is Verdict.HARNESS_FAULT:
            raise ProbeEnded(observation)
        return observation

    def reference(self, probe: type[Declared], deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Declared:
        """Return what a probe returned for the reference solution.

        Raises:
            RuntimeError: it did not return, which is a fault of the harness and never of the student.
        """
        observation = self.evidence.reference.observe(probe.probe, deferred, **self._asked(arguments))
        if observation.verdict is not Verdict.RETURNED:
            raise RuntimeError(f"the reference solution in probe {probe.probe!r}: {observation.reason}")
        return cast(Declared, observation.value)

    def _asked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return packed({**arguments, PART: self.part} if self.part else arguments)

    def draw(self, name: str, pool: int | None = None) -> Draw:
        """Return the source of a fresh question: draw values from it and pass them to the probe as arguments.

        It depends on the assignment's secret and the submission's digest, so a recorded answer is worthless.

        Args:
            name: of the question; tests that use the same name ask the same.
            pool: how many questions there are, if `reference` is asked the same one or the probe has a CPU budget: the
                reference solution then answers all of them in advance. None if the right answer is computed here.
        """
        self.pool = max(self.pool, pool or 0)
        evidence = self.evidence
        return drawn(evidence.secret, evidence.submission.digest, name, pool, evidence.challenge)

    def threshold(self, name: str) -> float:
        """Return one of the profile's thresholds.

        Raises:
            KeyError: the manifest does not state it.
        """
        return self.evidence.profile.thresholds[name]

    def once(self, name: str, work_out: Callable[[], Value]) -> Value:
        """Return an expensive value that several tests share; the first test that asks computes it.

        Args:
            name: of the value, the same for all tests.
            work_out: computes it from observations alone.
        """
        return self.evidence.once(name, work_out)

    def measured(self, name: str, value: float, threshold: float, at_least: bool = True) -> bool:
        """Note a number that another seed would move, for the audit of the suites; return whether it holds.

        Args:
            name: of the measurement, in words; the audit's table shows it.
            value: the measured one; NaN never holds.
            threshold: the limit, in the same unit.
            at_least: whether the value must reach the limit; otherwise it must not exceed it.
        """
        measurement = Measurement(name, float(value), float(threshold), at_least)
        self.measurements.append(measurement)
        return measurement.holds

    def disclosed(
        self,
        work_out: Callable[[], float],
        *,
        full: float,
        floor: float | None = None,
        marks: Sequence[float] = (),
        name: str = "",
    ) -> Step:
        """Return a value on hidden data as one of the steps that the test's `@discloses` declares.

        Only the staff read the remarks and plots of `work_out`, and the reason if it fails. Students read the texts of
        the rest of the test, so let these follow from the step, and from observations without hidden data.

        Args:
            work_out: observes and computes the value; called once for all tests that name the same measurement.
            full: value that earns all points.
            floor: value up to which there are none; `full` unless given.
            marks: values without points at which the words change, as many as are declared.
            name: of the value in the audit; the measurement's unless given.

        Raises:
            Undisclosed: `work_out` raised something.
            RuntimeError: the test declares no steps.
        """
        declared: Disclosure | None = getattr(getattr(type(self), self._testMethodName), DISCLOSES, None)
        if declared is None or len(marks) > declared.marks:
            raise RuntimeError(f"{self._testMethodName} tells about hidden data: declare how much with @discloses")
        value = self._aside(declared.measurement, work_out)
        self.measured(name or declared.measurement, value, full)
        return step_of(value, declared.steps, full, full if floor is None else floor, marks)

    def _aside(self, measurement: str, work_out: Callable[[], float]) -> float:
        def attempt() -> tuple[float, Exception | None]:
            try:
                return float(work_out()), None
            except Exception as error:
                return math.nan, error

        said = self.remarks, self.plots
        self.remarks, self.plots, self.speaks_aside = self.aside_remarks, self.aside_plots, True
        try:
            value, error = self.once(f"disclosed: {measurement}", attempt)
        finally:
            self.remarks, self.plots = said
            self.speaks_aside = False
        if error:
            raise Undisclosed(error) from error
        return value

    def fail_because(self, *, expected: str = "", seen: str = "", hint: str = "", detail: str = "") -> NoReturn:
        """Fail the test; say what was expected, what was seen, and how to mend it."""
        raise Finding(Explanation(str(expected), str(seen), str(hint), str(detail)))

    def require(self, condition: bool, *, expected: str, seen: str, hint: str = "", detail: str = "") -> None:
        """Fail the test unless the condition holds."""
        if not condition:
            self.fail_because(expected=expected, seen=seen, hint=hint, detail=detail)

    def require_close(
        self,
        seen: npt.ArrayLike,
        want: npt.ArrayLike,
        what: str,
        *,
        tolerance: float = 1e-6,
        relative: float = 1e-5,
        axes: Sequence[str] = (),
        hint: str = "",
    ) -> None:
        """Fail the test unless all numbers are close to the right ones; name the place that is farthest off.

        Args:
            seen: the student's numbers.
            want: the right ones.
            what: noun for them, such as `"the gradient of the weights"`.
            tolerance: accepted deviation, in their unit.
            relative: further accepted deviation, as a share of the right number.
            axes: names of the axes.
            hint: how to mend it.
        """
        if apart := close(seen, want, tolerance=tolerance, relative=relative, axes=axes):
            self.fail_because(expected=f"{what}: {apart.expected}", seen=apart.seen, hint=hint)

    def case(self, label: str, of: int) -> contextlib.AbstractContextManager[None]:
        """Return a `subTest` that is worth an equal share of the test's points: a failure in it costs that share.

        Args:
            label: words that students read before its failure.
            of: how many cases the test has.
        """
        method = getattr(type(self), self._testMethodName)
        return self.subTest(label, points=float(getattr(method, "__weight__", 0) or 0) / of)

    def forfeit(self, *, expected: str = "", seen: str = "", hint: str = "", detail: str = "") -> NoReturn:
        """Fail the test and take all points of the whole result, as a rubric may ask for where the test set leaks.

        The evidence must be beyond doubt; `seen` stands on top of the result. Decorate such a test as visible.
        """
        raise Forfeit(Explanation(str(expected), str(seen), str(hint), str(detail)))

    def leaked(self, *, expected: str = "", seen: str = "", hint: str = "", detail: str = "") -> NoReturn:
        """Fail the test because the submission has learned what it must not know; a class's page names it first."""
        raise Leak(Explanation(str(expected), str(seen), str(hint), str(detail)))

    def withhold(self, *, expected: str = "", seen: str = "", hint: str = "", detail: str = "") -> NoReturn:
        """Fail the test for now, because a person must look before the points are given; a class's page names it."""
        raise Withheld(Explanation(str(expected), str(seen), str(hint), f"{detail}\n{A_PERSON_LOOKS}".strip()))

    def explain(self, *, expected: str = "", seen: str = "", hint: str = "", detail: str = "") -> None:
        """Say something about the result without failing, beside a partial score above all."""
        self.explanation = Explanation(str(expected), str(seen), str(hint), str(detail))

    def show(self, plot: Plot) -> None:
        """Show a plot beside the words, whether the test passes or fails; a fifth one is left out.

        `autograder.checks.plots` makes plots from arrays. Readers without plots get a text that says the same.
        """
        if len(self.plots) < MAX_PLOTS:
            self.plots.append(plot)

    def remark(self, text: str) -> None:
        """Add a line to the result that costs nothing."""
        self.remarks.append(str(text))
