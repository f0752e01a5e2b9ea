"""Tells students a measurement on hidden data in steps: all that they read of it follows from one step.

Otherwise the results of many uploads would reveal the labels (decision 21).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

DISCLOSES = "__discloses__"
ALMOST = 1e-9  # float noise
Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Disclosure:
    """A test's declaration of how much it tells students about hidden data.

    Attributes:
        measurement: its name; tests with the same name judge one value, or the same failure to get one.
        steps: number of steps from no points to all of them.
        marks: number of values without points at which the words change.
    """

    measurement: str
    steps: int
    marks: int = 0

    @property
    def results(self) -> int:
        """Number of values that students can tell apart."""
        return 1 + self.steps + self.marks


@dataclass(frozen=True)
class Step:
    """A value, as precisely as students may know it.

    Attributes:
        share: of the way to full points, in [0, 1]: a multiple of one step.
        low: the value is not below this; minus infinity without points.
        high: the value is not above this; infinity with all points.
        in_steps: whether there is a step between none of the points and all of them.
    """

    share: float
    low: float
    high: float
    in_steps: bool = False

    @property
    def words(self) -> str:
        """The range of a fraction, in words, such as "80.0% to 82.5%"."""
        if math.isinf(self.high):
            return f"{self.low:.1%} or more"
        if math.isinf(self.low):
            return f"at most {self.high:.1%}" if self.in_steps else f"less than {self.high:.1%}"
        return f"{self.low:.1%} to {self.high:.1%}"


class Undisclosed(Exception):
    """A test on hidden data ended before there was a value; students read only the verdict."""

    def __init__(self, error: Exception) -> None:
        super().__init__("the reason would reveal hidden data")
        self.error = error


def discloses(measurement: str, steps: int = 1, marks: int = 0) -> Callable[[Method], Method]:
    """Declare that a test rests on hidden data, and the number of steps in which its points tell about them.

    The test gets its value from `self.disclosed`, and only this value decides its points. It is hidden until a date.

    Args:
        measurement: name of the value; tests that judge the same value use the same name.
        steps: from no points to all of them; 1 for a test that passes or fails.
        marks: how many values without points change the words, such as the accuracy of guessing.
    """

    def mark(method: Method) -> Method:
        setattr(method, DISCLOSES, Disclosure(measurement, steps, marks))
        return method

    return mark


def step_of(value: float, steps: int, full: float, floor: float, marks: Sequence[float] = ()) -> Step:
    """Return the step that a value reaches, rounded in the student's favour; the last step needs all of `full`.

    Args:
        value: the measurement; NaN reaches nothing.
        steps: number of steps from `floor` to `full`.
        full: value that earns all points.
        floor: value up to which there are none.
        marks: values below `floor` that end a range, too.
    """
    in_steps = steps > 1
    if value >= full:
        return Step(1.0, full, math.inf, in_steps)
    if not (in_steps and value > floor):
        low = max((mark for mark in marks if value > mark), default=-math.inf)
        high = min((mark for mark in marks if not value > mark), default=floor if in_steps else full)
        return Step(0.0, low, high, in_steps)
    width = (full - floor) / steps
    step = min(max(math.ceil((value - floor) / width - ALMOST), 1), steps - 1)
    return Step(step / steps, floor + (step - 1) * width, full if step == steps - 1 else floor + step * width, in_steps)
