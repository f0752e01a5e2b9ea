"""How far a measurement stays from its threshold over several gradings."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograder.model.measurement import Measurement
from autograder.verify.worker import Graded

FAR_AWAY = 100  # spreads; from there on the number says nothing
ENOUGH_SPREADS = 3.0  # closer to its threshold than this, a measurement passes or fails by its seed now and then


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
        """What was measured."""
        return self.measurements[0].name

    @cached_property
    def values(self) -> list[float]:
        """What came out in each run."""
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
        """The limit; its mean where it moves with the machine's speed, as that of CPU seconds does."""
        return float(np.mean([measurement.threshold for measurement in self.measurements]))

    @property
    def distance(self) -> float:
        """Distance of the mean from the threshold in spreads of what lies between; infinite where nothing moves."""
        margins = [measurement.margin for measurement in self.measurements]
        moved = _deviation(margins)
        return abs(float(np.mean(margins))) / moved if moved else math.inf

    @property
    def fault(self) -> str:
        """What is wrong with the measurement or its threshold, in words; empty if nothing is."""
        wrong = sum(not measurement.holds for measurement in self.measurements)
        if wrong:
            return f"on the wrong side in {wrong} of {len(self.measurements)} runs"
        return "" if self.distance >= ENOUGH_SPREADS else f"closer than {ENOUGH_SPREADS:g} spreads"


def spreads_of(graded: Sequence[Graded]) -> tuple[Spread, ...]:
    """Return the measurements of some gradings, each over all of them; tests that judge by the same one share it."""
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
    """Yield what was measured with the number of the test; CPU seconds last, and without one."""
    for outcome in graded.report.outcomes:
        for measurement in outcome.measurements:
            yield outcome.number, measurement
    for measurement in graded.cpu:
        yield "", measurement


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
