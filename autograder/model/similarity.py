"""Two hand-ins that share much of their sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimilarPair:
    """Two hand-ins whose sources share much.

    Attributes:
        first: key of a hand-in.
        second: key of the other one.
        share: the larger of the two shares of one's source that stands in the other's, in [0, 1].
        lines: lines of source that they share.
        link: where a person sees them side by side, relative to the class page; empty if nowhere.
    """

    first: str
    second: str
    share: float
    lines: int
    link: str
