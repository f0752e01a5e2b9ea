"""`verify --mutants` and `verify --rewrites` at the terminal."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from autograder.model.failures import UnusableInput
from autograder.mutation.mistakes import MISTAKES
from autograder.mutation.rewrites import REWRITES
from autograder.verify.choice import chosen_by
from autograder.verify.mutant_report import Tried
from autograder.verify.mutant_terminal import mutant_conclusion, rewrite_conclusion, tried_line
from autograder.verify.mutants import try_mutants, try_rewrites

WIDTH = 160


@dataclass(frozen=True)
class WantedChanges:
    """The request.

    Attributes:
        slugs: names of the assignments.
        profile: name of the profile whose data are used.
        only: a word that the names of operators must contain.
        workers: how many changes are graded at once.
        mutants: whether to try mistakes.
        rewrites: whether to try rewrites.
    """

    slugs: Sequence[str]
    profile: str
    only: str
    workers: int
    mutants: bool
    rewrites: bool


def change_and_show(wanted: WantedChanges, options: Mapping[str, Any]) -> bool:
    """Try all changes, print the outcomes, and return whether there is no fault.

    Args:
        wanted: the changes to try.
        options: the other options of `verify`, none of which may be set.

    Raises:
        UnusableInput: the options contradict each other, or `only` chooses no operator.
    """
    others = sorted(name for name, value in options.items() if value and name != "only" and name != "with_attacks")
    if others:
        raise UnusableInput(
            f"--mutants and --rewrites take --assignment, --profile, --only and --workers: leave {others[0]} out"
        )
    operators = [*(MISTAKES if wanted.mutants else ()), *(REWRITES if wanted.rewrites else ())]
    chosen_by(wanted.only, operators, lambda one: one.name, "operator")
    output = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    clean = True
    for slug in wanted.slugs:
        begin, how = time.monotonic(), (slug, wanted.profile, wanted.only, wanted.workers, _telling(output))
        if wanted.mutants:
            mutants = try_mutants(*how)
            output.print(mutant_conclusion(mutants), soft_wrap=True)
            clean = clean and mutants.is_clean
        if wanted.rewrites:
            rewrites = try_rewrites(*how)
            output.print(rewrite_conclusion(rewrites), soft_wrap=True)
            clean = clean and rewrites.is_clean
        output.print(f"{time.monotonic() - begin:.0f} s")
    return clean


def _telling(output: Console) -> Any:
    def tell(slug: str, done: int, of: int, one: Tried) -> None:
        output.print(tried_line(slug, done, of, one), soft_wrap=True)

    return tell
