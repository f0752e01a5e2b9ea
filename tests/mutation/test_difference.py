"""A change reaches the statements that it touches, and those beside it."""

import pytest

from autograder.mutation.difference import changed_statements

PROGRAM = """import math


def area(r):
    if r < 0:
        return 0
    # Of a circle.
    return (
        math.pi
        * r**2
    )


def rim(r):
    return 2 * math.pi * r
"""


@pytest.mark.parametrize(
    ("old", "new", "reached"),
    [
        pytest.param("2 * math.pi * r", "math.pi * r", {14, 15}, id="a line, with its neighbour above"),
        pytest.param("* r**2", "* r", {8}, id="a line of a statement of several"),
        pytest.param("r < 0", "r < 1", {5, 6, 4}, id="the head of a block"),
        pytest.param("    if r < 0:\n        return 0\n", "", {4, 5, 6, 8}, id="a block that is gone"),
        pytest.param("    # Of", "    r = abs(r)\n    # Of", {6, 8}, id="a line that is put in"),
        pytest.param("        return 0\n", "        pass\n    return 0\n", {5, 6, 8}, id="a line outside of its block"),
        pytest.param("import math", "import math as m", {1, 4}, id="an import"),
        pytest.param("def rim(r)", "def rim(r", {1, 4, 5, 6, 8, 14, 15}, id="no Python"),
        pytest.param("rim", "rim", set(), id="nothing"),
    ],
)
def test_statements_that_a_change_may_reach_are_found(old: str, new: str, reached: set[int]) -> None:
    """Comments and empty lines run nowhere, so the next line with code counts in their place."""
    assert changed_statements(PROGRAM, PROGRAM.replace(old, new, 1)) == reached
