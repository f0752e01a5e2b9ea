"""The table of attacks by environments that stands at the end of a run of the tests."""

from collections.abc import Iterator

import pytest

Outcomes = dict[tuple[str, str], str]  # (attack, environment) to what came of it
OUTCOMES = pytest.StashKey[Outcomes]()
AS_IT_MUST, OTHERWISE, NO_RESULT = "✓", "✗", "?"


def lines_of(outcomes: Outcomes) -> Iterator[str]:
    """Yield the table's lines: a row for each attack, a column for each environment."""
    environments = sorted({environment for _, environment in outcomes})
    attacks = sorted({attack for attack, _ in outcomes})
    width = max(map(len, attacks))
    yield f"{'':<{width}}  {'  '.join(environments)}"
    for attack in attacks:
        marks = (outcomes.get((attack, name), "").center(len(name)) for name in environments)
        yield f"{attack:<{width}}  {'  '.join(marks)}"
