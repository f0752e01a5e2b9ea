"""Declares the result of an imported suite's probe: how one foreign test ended, and its message."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import AnyFloat, Observed, array

MOST_BYTES = 8000
# UTF-8. A text would be withheld, because the process has received the suite. But the suite's process says this and not
# the submission's, and students are meant to read it.
Said = Annotated[npt.NDArray[np.uint8], array("N", most=MOST_BYTES)]


class ImportedTest(Observed, probe="imported_test"):
    """How one test of an imported suite ended.

    Attributes:
        ending: `error` where something else than an assertion ended it; `gone` where the submission's process had
            ended; `crossing` where it needs something that cannot cross from one process to the other.
        score: as the test passed it to `set_score`; None if it did not.
        leaderboard: as the test passed it to `set_leaderboard_value`; None if it did not.
        message: UTF-8; the test's words about its failure.
        printed: UTF-8; output of test and submission.
    """

    ending: Literal["passed", "failed", "error", "skipped", "gone", "crossing"]
    score: AnyFloat | None
    leaderboard: AnyFloat | None
    message: Said
    printed: Said


def said(text: str) -> npt.NDArray[np.uint8]:
    """Return a text as bytes; of one that is too long the beginning."""
    return np.frombuffer(text.encode("utf-8", "replace")[:MOST_BYTES], np.uint8)


def read(message: npt.NDArray[np.uint8]) -> str:
    """Return the text that `said` made bytes of."""
    return message.tobytes().decode("utf-8", "replace")
