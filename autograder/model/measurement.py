"""A measured number and the limit that it is judged by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """What would come out a little different at another seed: an accuracy, a correlation, CPU seconds.

    The audit of `verify --repeat` looks at it; students see what the test says of it, not this.

    Attributes:
        name: what was measured, in words.
        value: what came out.
        threshold: the limit, in the same unit.
        at_least: whether the value must reach the limit; otherwise it must not exceed it.
    """

    name: str
    value: float
    threshold: float
    at_least: bool = True

    @property
    def margin(self) -> float:
        """How far the value is on the right side of its limit; below 0 on the wrong one."""
        return self.value - self.threshold if self.at_least else self.threshold - self.value

    @property
    def holds(self) -> bool:
        """Whether the value is on the right side; NaN never is."""
        return self.margin >= 0
