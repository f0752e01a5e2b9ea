"""A measured number and the limit that it is judged by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """A number that another seed would change a little: an accuracy, a correlation, CPU seconds.

    The audit of `verify --repeat` reads it. Students see the test's own sentences instead.

    Attributes:
        name: the quantity, in words.
        value: the measured number.
        threshold: the limit, in the same unit.
        at_least: whether the value must reach the limit; otherwise it must not exceed it.
    """

    name: str
    value: float
    threshold: float
    at_least: bool = True

    @property
    def margin(self) -> float:
        """Distance of the value from its limit; negative on the wrong side."""
        return self.value - self.threshold if self.at_least else self.threshold - self.value

    @property
    def holds(self) -> bool:
        """Whether the value is on the right side of its limit; NaN never is."""
        return self.margin >= 0
