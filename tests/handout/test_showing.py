"""The report that a student reads at home fits the terminal."""

import pytest

from autograder.local_runner.showing import note_text, outcome_text
from autograder.model.outcome import Explanation, Outcome
from autograder.model.verdict import Verdict

LONG = "The gradients of inputs that were broadcast are those of calculus, in each of three shapes"
OUTCOME = Outcome("T.test", "S", "2.3", LONG, Verdict.FAILED, 0.0, 2.0, Explanation(seen=LONG), remarks=(LONG,))


@pytest.mark.parametrize("columns", [60, 80])
def test_every_line_fits_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A title and a note are often longer; a title goes on beside its number."""
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = outcome_text(OUTCOME).splitlines()

    assert max(map(len, shown)) <= columns
    assert shown[1].startswith(" " * 10)
    assert shown[1][10] != " "
    assert max(map(len, note_text(LONG).splitlines())) <= columns
