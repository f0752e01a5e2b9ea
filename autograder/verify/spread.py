"""Statistics of a measurement over several gradings: how far it stays from its threshold."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.model.measurement import Measurement
from autograder.verify.worker import Graded

FAR_AWAY = 100  # spreads; beyond this the number says nothing
ENOUGH_SPREADS = 3.0  # closer to its threshold, a measurement passes or fails by chance now and then


@dataclass(frozen=True)
class Spread:
    """A measurement over all runs.

    Attributes:
        tests: numbers of the tests that judge by it; none for CPU seconds, which end a probe.
        measurements: one for each run.
    """

    tests: tuple[str, ...]
    measurements: tuple[Measurement, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.measurements[0].name

    @cached_property
    def values(self) -> list[float]:
        """Its value in each run."""
        return [measurement.value for measurement in self.measurements]

    @property
    def mean(self) -> float:
        """Mean of the values."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """Standard deviation of the values, with n - 1."""
        return _deviation(self.values)

    @property
    def threshold(self) -> float:
        """The threshold; its mean if it depends on the machine's speed, like that of CPU seconds."""
        return float(np.mean([measurement.threshold for measurement in self.measurements]))

    @property
    def distance(self) -> float:
        """Distance of the mean from the threshold, in standard deviations of the margin; infinite if nothing varies."""
        margins = [measurement.margin for measurement in self.measurements]
        moved = _deviation(margins)
        return abs(float(np.mean(margins))) / moved if moved else math.inf

    @property
    def fault(self) -> str:
        """The fault of the measurement or its threshold, in words; empty if there is none."""
        wrong = sum(not measurement.holds for measurement in self.measurements)
        if wrong:
            return f"on the wrong side in {wrong} of {len(self.measurements)} runs"
        return "" if self.distance >= ENOUGH_SPREADS else f"closer than {ENOUGH_SPREADS:g} spreads"


def spreads_of(graded: Sequence[Graded]) -> tuple[Spread, ...]:
    """Return the measurements of some gradings, each over all of them; tests with equal measurements share one."""
    measured: dict[tuple[str, str, int], list[Measurement]] = {}
    for one in graded:
        seen: Counter[tuple[str, str]] = Counter()
        for number, measurement in _measurements_of(one):
            place = seen[number, measurement.name]  # a test may measure several times under one name
            seen[number, measurement.name] += 1
            measured.setdefault((number, measurement.name, place), []).append(measurement)
    shared: dict[tuple[Measurement, ...], dict[str, None]] = {}
    for (number, _, _), measurements in measured.items():
        shared.setdefault(tuple(measurements), {})[number] = None
    return tuple(Spread(tuple(filter(None, numbers)), measurements) for measurements, numbers in shared.items())


def cells_of(spread: Spread) -> tuple[str, ...]:
    """Return name, tests, mean, spread, least, most, threshold and distance as people write them."""
    return (
        spread.name,
        ", ".join(spread.tests) or "budget",
        f"{spread.mean:.4g}",
        f"{spread.spread:.2g}",
        f"{min(spread.values):.4g}",
        f"{max(spread.values):.4g}",
        f"{'≥' if spread.measurements[0].at_least else '≤'} {spread.threshold:.4g}",
        f"{spread.distance:.1f}" if spread.distance < FAR_AWAY else f"over {FAR_AWAY}",
    )


def _measurements_of(graded: Graded) -> Iterator[tuple[str, Measurement]]:
    """Yield each measurement with the number of its test; CPU seconds come last, without a number."""
    for outcome in graded.report.outcomes:
        for measurement in outcome.measurements:
            yield outcome.number, measurement
    for measurement in graded.cpu:
        yield "", measurement


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
