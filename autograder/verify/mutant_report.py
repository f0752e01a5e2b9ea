"""Reports of changed reference solutions: which were caught, had no effect, or survived."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from autograder.mutation.change import Change
from autograder.verify.not_graded import NotGraded


class Ending(Enum):
    """The outcome of a change."""

    KILLED = "killed"  # a test lost points
    EQUIVALENT = "equivalent"  # every probe that runs the changed statements saw the same as before
    NEVER_RUN = "never run"  # no probe runs the changed statements
    SURVIVED = "survived"
    KEPT = "keeps every point"  # of a rewrite, whatever the probes saw
    NAMED = "not graded, on purpose"  # survived, and the assignment says why it may
    UNDECIDED = "undecided"  # the machine failed


@dataclass(frozen=True)
class Tried:
    """A change that was tried.

    Attributes:
        operator: the operator's name.
        line: the first line that it changed.
        code: that line before.
        new: that line after.
        ending: its outcome.
        lost: numbers of the tests that lost points.
        why: the assignment's reason, or why it is undecided.
    """

    operator: str
    line: int
    code: str
    new: str
    ending: Ending
    lost: tuple[str, ...] = ()
    why: str = ""

    @staticmethod
    def of(change: Change, ending: Ending, lost: tuple[str, ...] = (), why: str = "") -> "Tried":
        """Return what became of a change."""
        return Tried(change.operator, change.line, change.code, change.new, ending, lost, why)


@dataclass(frozen=True)
class MutantReport:
    """The outcomes of all changes of one reference.

    Attributes:
        slug: the assignment's name.
        profile: name of the data.
        tried: the changes, in the order of the operators.
        stale: entries of `not_graded.toml` although no change of that kind survived.
    """

    slug: str
    profile: str
    tried: tuple[Tried, ...]
    stale: tuple[NotGraded, ...] = ()

    @property
    def counts(self) -> Counter[Ending]:
        """How many changes came to each ending."""
        return Counter(one.ending for one in self.tried)

    @property
    def survivors(self) -> tuple[Tried, ...]:
        """Changes that nothing catches and nobody has named."""
        return tuple(one for one in self.tried if one.ending is Ending.SURVIVED)

    @property
    def is_clean(self) -> bool:
        """Whether each survivor is named, each name is of a survivor, and everything was decided."""
        return not (self.survivors or self.stale or self.counts[Ending.UNDECIDED])


@dataclass(frozen=True)
class RewriteReport:
    """The outcomes of the rewrites of one reference: each must keep all points.

    Attributes:
        slug: the assignment's name.
        profile: name of the data.
        tried: the rewrites.
    """

    slug: str
    profile: str
    tried: tuple[Tried, ...]

    @property
    def penalised(self) -> tuple[Tried, ...]:
        """The rewrites that lost points, or were not decided."""
        return tuple(one for one in self.tried if one.ending in (Ending.KILLED, Ending.UNDECIDED))

    @property
    def is_clean(self) -> bool:
        """Whether none lost points."""
        return not self.penalised


def with_names(tried: Sequence[Tried], named: Sequence[NotGraded]) -> tuple[tuple[Tried, ...], tuple[NotGraded, ...]]:
    """Return the changes, with reasons for the survivors that are named, and the names that fit none."""
    used, found = set[NotGraded](), list[Tried]()
    for one in tried:
        name = next((name for name in named if name.fits(one.operator, one.code)), None)
        if name and one.ending is Ending.SURVIVED:
            used.add(name)
            one = replace(one, ending=Ending.NAMED, why=name.reason)
        found.append(one)
    return tuple(found), tuple(name for name in named if name not in used)
