"""How a test ended, before it is packed to leave the sandbox."""

import traceback
from dataclasses import dataclass
from typing import Literal

Kind = Literal["passed", "failed", "error", "skipped", "gone", "crossing"]


@dataclass(frozen=True)
class Ending:
    """How a test ended.

    Attributes:
        kind: in a word.
        message: its text.
        score: as it passed it to `set_score`.
        leaderboard: as it passed it to `set_leaderboard_value`.
    """

    kind: Kind
    message: str = ""
    score: float | None = None
    leaderboard: float | None = None


def ending_of(error: BaseException) -> tuple[Kind, str]:
    """Return how an exception ends a test, and its text with the notes on it."""
    kind: Kind = "failed" if isinstance(error, AssertionError) else "error"
    text = "".join(traceback.format_exception_only(error)).strip()
    return kind, text.removeprefix("AssertionError: ")
