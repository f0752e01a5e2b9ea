"""Which gradings are made of observations of an earlier run, and which afresh."""

import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from autograder import project
from autograder.model.failures import UnusableInput
from autograder.verify.cases import Case
from autograder.verify.reuse import Reuse, folder_for_reuse

SMALL_EXAMPLES = (
    "attention",
    "autodiff_numpy",
    "line_fit",
)  # which show how an assignment is written, and need no crowd of mistakes and goldens
FULL = [slug for slug in project.slugs() if slug not in SMALL_EXAMPLES]
TINY = ("autodiff_numpy", "line_fit")  # whose mistakes take a second each
FIFTHS = 5
DAY_S = 86_400


@dataclass(frozen=True)
class Freshness:
    """The cases that a run of the tests observes afresh.

    References, templates, golden submissions and tiny examples always are. Of the known mistakes one fifth is; of the
    others, only what no earlier run observed, and only with probes that reach a changed statement.

    Attributes:
        folder: where observations of known mistakes are kept from run to run; None where they cannot be kept.
        fifth: number of the fifth that is observed afresh, from 1; 0 if all are.
        problem: why they cannot be kept.
    """

    folder: Path | None
    fifth: int
    problem: str = ""

    def reuse(self, slug: str, case: Case) -> Reuse | None:
        """Return how other observations serve a case; None if it is observed afresh."""
        is_afresh = slug in TINY or not case.is_mistake or self.fifth in (0, fifth_of(slug, case.name))
        return None if self.folder is None or is_afresh else Reuse(self.folder, case)

    def __str__(self) -> str:
        """Return it in words, for the head of a run."""
        if self.folder is None:
            return f"known mistakes: all are observed afresh, because {self.problem}"
        if not self.fifth:
            return "known mistakes: all are observed afresh"
        rest = f"of the others only what they change is, and kept in {self.folder}"
        return f"known mistakes: fifth {self.fifth} of {FIFTHS} is observed afresh (--fifth {self.fifth}), {rest}"


def freshness_of(*, afresh: bool, fifth: int | None) -> Freshness:
    """Return what is observed afresh in this run.

    Args:
        afresh: whether all known mistakes are.
        fifth: which fifth of them is; that of the day unless given.
    """
    chosen = 0 if afresh else fifth or fifth_of_the_day(time.time())
    try:
        return Freshness(folder_for_reuse(), chosen)
    except UnusableInput as error:
        return Freshness(None, 0, str(error))


def fifth_of_the_day(now: float) -> int:
    """Return the number of the fifth that is observed afresh on a day, in UTC: each comes after five days.

    Args:
        now: seconds since the epoch.
    """
    return int(now // DAY_S) % FIFTHS + 1


def fifth_of(slug: str, name: str) -> int:
    """Return the fifth that a known mistake belongs to, whatever others there are."""
    return zlib.crc32(f"{slug}/{name}".encode()) % FIFTHS + 1
