"""Items of a rubric that only a person can judge."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from autograder.checks.shown import Wanted, gather

MANUAL = "__manual__"
Method = TypeVar("Method", bound=Callable[..., Any])


def manual(points: float, evidence: Sequence[Wanted] = ()) -> Callable[[Method], Method]:
    """Mark a test as an item without a score, for which a person gives points.

    Its docstring names the item. Its body may use `self.remark` to tell students how it will be judged. The manifest's
    `points` include these points, so that the total agrees with the hand-out.

    Args:
        points: the maximum for the item.
        evidence: shown beside the item: any of `Figures`, `Prose`, `TextFile` and `Commits`.
    """

    def mark(method: Method) -> Method:
        @wraps(method)
        def with_evidence(case: Any) -> Any:
            gather(case, evidence)
            return method(case)

        marked: Any = with_evidence if evidence else method
        setattr(marked, MANUAL, points)
        return marked  # type: ignore[no-any-return]

    return mark
