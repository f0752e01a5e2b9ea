"""A feature of the kernel that the zygote prepares once and each child puts into force."""

from collections.abc import Callable
from dataclasses import dataclass

from autograder.wire.messages import Confinement


@dataclass(frozen=True)
class Prepared:
    """One feature of the kernel, ready to be used in a child.

    Attributes:
        said: `"active"`, with a version where there is one, or `"missing: "` and why.
        apply: confines the calling process by a policy, for good; None where the feature is missing.
    """

    said: str
    apply: Callable[[Confinement], None] | None = None
