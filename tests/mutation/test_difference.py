"""A change reaches the statements that it touches, and those beside it."""

import pytest

from autograder.mutation.coverage import all_lines
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


AREA, RIM, ALL = {5, 6, 8}, {15}, {1, 4, 5, 6, 8, 14, 15}


@pytest.mark.parametrize(
    ("old", "new", "reached"),
    [
        pytest.param("2 * math.pi * r", "math.pi * r", RIM, id="a line"),
        pytest.param("* r**2", "* r", AREA, id="a line of a statement of several"),
        pytest.param("    if r < 0:\n        return 0\n", "", AREA, id="a block that is gone"),
        pytest.param("    # Of", "    r = abs(r)\n    # Of", AREA, id="a line that is put in"),
        pytest.param("    )\n", "    )\n    print(r)\n", AREA, id="a line that is put in at the end"),
        pytest.param("        return 0\n", "        pass\n    return 0\n", AREA, id="a line outside of its block"),
        pytest.param("\n\ndef rim", "\n\nprint(1)\n\n\ndef rim", ALL, id="a line outside of all functions"),
        pytest.param("import math", "import math as m", ALL, id="an import"),
        pytest.param("def rim(r)", "def rim(r, n=1)", ALL, id="a head"),
        pytest.param("def rim(r)", "def rim(r", ALL, id="no Python"),
        pytest.param("rim", "rim", set(), id="nothing"),
    ],
)
def test_statements_that_a_change_may_reach_are_found(old: str, new: str, reached: set[int]) -> None:
    """Those of the same function; all of them where an import may run the change."""
    assert changed_statements(PROGRAM, PROGRAM.replace(old, new, 1)) == reached


@pytest.mark.parametrize(
    ("head", "new"),
    [
        pytest.param("def f(x=1): return x\n", "def f(x=2): return x\n", id="on the line of its head"),
        pytest.param("def f():\n    'Doc.'\n", "def f():\n    'Doc.'\n    print()\n", id="a docstring alone"),
        pytest.param("def f():\n    yield 1\n", "def f():\n    yield 2\n", id="a generator"),
    ],
)
def test_function_that_does_not_say_when_it_runs_counts_for_all(head: str, new: str) -> None:
    """Its statements run without being reported, or a change decides whether they run."""
    assert changed_statements(head + PROGRAM, new + PROGRAM) == all_lines(head + PROGRAM)


def test_methods_of_two_classes_are_told_apart() -> None:
    """Their names are the same."""
    program = "class A:\n    def f(self):\n        return 1\n\n\nclass B:\n    def f(self):\n        return 2\n"

    assert changed_statements(program, program.replace("return 2", "return 3")) == {8}
