"""Items of a rubric that only a person can judge."""

from collections.abc import Callable
from typing import Any, TypeVar

MANUAL = "__manual__"
Method = TypeVar("Method", bound=Callable[..., Any])


def manual(points: float) -> Callable[[Method], Method]:
    """Mark a test as an item without a score, for which a person gives points.

    Its docstring names the item. Its body may use `self.remark` to tell students how it will be judged. The manifest's
    `points` include these points, so that the total agrees with the hand-out.

    Args:
        points: the maximum for the item.
    """

    def mark(method: Method) -> Method:
        setattr(method, MANUAL, points)
        return method

    return mark
