"""Items of a rubric that only a person can judge."""

from collections.abc import Callable
from typing import Any, TypeVar

MANUAL = "__manual__"
Method = TypeVar("Method", bound=Callable[..., Any])


def manual(points: float) -> Callable[[Method], Method]:
    """Mark a test as a line without a score, for which a person gives points.

    Its docstring names the item, and its body says, with `self.remark`, what the person will look at. The
    points count in the manifest's `points`, so that the totals agree with the hand-out.

    Args:
        points: what can be earned for it.
    """

    def mark(method: Method) -> Method:
        setattr(method, MANUAL, points)
        return method

    return mark
