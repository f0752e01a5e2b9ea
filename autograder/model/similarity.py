"""Two hand-ins that share much of their sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimilarPair:
    """Two hand-ins whose sources overlap.

    Attributes:
        first: key of a hand-in.
        second: key of the other one.
        share: fraction of one source that also stands in the other, the larger of the two, in [0, 1].
        lines: number of lines that they share.
        link: address of their comparison, relative to the class page; empty if there is none.
    """

    first: str
    second: str
    share: float
    lines: int
    link: str
