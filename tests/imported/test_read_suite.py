"""Suites are read without being run: what their authors said is kept, and what cannot be read is refused in words."""

import pytest

from autograder.imported.read_suite import read_tests
from autograder.model.failures import UnusableInput
from autograder.model.imported_suite import ForeignTest

HEAD = """
import unittest
from gradescope_utils.autograder_utils.decorators import *
from gradescope_utils.autograder_utils.decorators import weight as w, number
raise SystemExit("nobody runs this")
"""


def read(source: str, path: str = "tests/test_one.py", **others: str) -> dict[str, ForeignTest]:
    """Return the tests of one file by name; others lie beside it."""
    files = {path: source, **{f"tests/{name}.py": text for name, text in others.items()}}
    return {test.name: test for test in read_tests({name: text.encode() for name, text in files.items()})}


def test_decorators_are_read_through_aliases_constants_and_sums() -> None:
    """Names of the file and of the class count; a tuple of tags too."""
    source = f"""{HEAD}
HALF = 10 / 4
class TestIt(unittest.TestCase):
    '''The heading
    and more'''
    EACH = 2
    @w(HALF * 2)
    @number("3.1")
    @visibility("after_published")
    @tags("loops", "lists")
    @leaderboard("speed", "asc")
    def test_a(self): "Title"
    @partial_credit(EACH)
    @hide_errors()
    def test_long_name(self): pass
    @unittest.skip("left to the sandbox")
    def test_c(self): pass
"""
    tests = read(source)

    assert tests["test_a"] == ForeignTest(
        kind="unittest", file="tests/test_one.py", group="TestIt", name="test_a", suite="The heading", title="Title",
        weight=5.0, number="3.1", visibility="after_published", tags=("loops", "lists"), leaderboard=("speed", "asc"),
    )  # fmt: skip
    assert (tests["test_long_name"].weight, tests["test_long_name"].partial) == (2.0, True)
    assert tests["test_long_name"].hidden_errors == "Test failed"
    assert tests["test_long_name"].title == "long name"
    assert tests["test_c"].weight is None
    assert [test.number for test in tests.values()] == ["3.1", "3.2", "3.3"]


def test_test_cases_inherit_across_files() -> None:
    """A base class beside the file brings its tests along."""
    base = "import unittest\nclass Base(unittest.TestCase):\n    def help(self): pass\n    def test_shared(self): pass"
    tests = read("from base import Base\nclass TestMore(Base):\n    def test_own(self): pass", base=base)

    assert tests["test_shared"].group == "TestMore"
    assert tests["test_own"].kind == "unittest"


def test_pytest_functions_and_classes_are_read() -> None:
    """Points stand in a mark of any usual name; a class without TestCase is pytest's."""
    tests = read(
        "import pytest\n@pytest.mark.points(2)\ndef test_a(): pass\n@max_score(value)\ndef test_b(): pass\nvalue = 3\n"
        "class TestMore:\n    def test_c(self): pass\nclass Helper:\n    def test_not(self): pass"
    )

    assert {name: test.weight for name, test in tests.items()} == {"test_a": 2, "test_b": 3, "test_c": None}
    assert tests["test_c"].group == "TestMore"


def test_helpers_of_a_suite_are_no_tests() -> None:
    """Pytest collects test functions from files of certain names only."""
    assert read("def test_a(): pass", helper="def test_of_the_helper(): pass").keys() == {"test_a"}


def test_tests_without_any_points_get_one_each() -> None:
    """Else the assignment would have none to give."""
    assert [test.weight for test in read("def test_a(): pass\ndef test_b(): pass").values()] == [1, 1]


def test_same_numbers_are_told_apart() -> None:
    """Gradescope takes two tests of one number; here each has its own."""
    source = f"{HEAD}\nclass T(unittest.TestCase):\n" + "".join(
        f"    @number('1')\n    def test_{name}(self): pass\n" for name in "abc"
    )

    assert [test.number for test in read(source).values()] == ["1", "1b", "1c"]


def test_points_of_an_otter_question_are_shared() -> None:
    """A case's own points come first; the rest of the question's is shared among the others."""
    cases = "[{'code': '>>> 1', 'points': 1}, {'code': ''}, {'code': ''}]"
    tests = read(f"test = {{'name': 'q', 'points': 4, 'suites': [{{'cases': {cases}}}]}}", "tests/q.py")

    assert [test.weight for test in tests.values()] == [1, 1.5, 1.5]
    assert [test.title for test in tests.values()] == ["q, case 1", "q, case 2", "q, case 3"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1", "no tests were found: a test is a method test"),
        ("def test_a(:", "tests/test_one.py, line 1: this is not Python"),
        ("@weight(points_for(3))\ndef test_a(): pass", r"line 1: @weight takes points_for\(3\), which only running"),
        ("@weight\ndef test_a(): pass", r"line 1: @weight needs 1 value: write @weight\(…\)"),
        ("@weight(1, 2)\ndef test_a(): pass", "line 1: @weight needs 1 value"),
        ("@weight('two')\ndef test_a(): pass", "line 1: @weight is 'two': use a number of 0 or more"),
        ("@weight(-1)\ndef test_a(): pass", "@weight is -1: use a number of 0 or more"),
        ("@weight(1 / 0)\ndef test_a(): pass", "which only running the file would tell"),
        ("@visibility('secret')\ndef test_a(): pass", "the visibility is 'secret': use one of visible, hidden"),
        ("@leaderboard('a', 'up')\ndef test_a(): pass", "the leaderboard's order is 'up': use one of desc, asc"),
        ("test = {'suites': open('x')}", "`test` is not a dict of literals with suites, cases and code"),
        ("test = {'suites': [{'cases': []}]}", "`test` has no cases: add one"),
        ("test = {'suites': [{'cases': [{'code': ''}] * 2}]}", "`test` is not a dict of literals"),
        ("test = {'points': [], 'suites': [{'cases': [{'code': ''}]}]}", "`points` lists 0 numbers for 1 cases"),
        (
            "OK_FORMAT = False\npoints = len('ab')\n@test_case()\ndef t(): pass",
            "`points` is worked out when the file runs",
        ),
        ("a = a\n@weight(a)\ndef test_a(): pass", "which only running the file would tell"),
    ],
)
def test_what_cannot_be_read_is_refused(source: str, words: str) -> None:
    """The message says what, where, and what to write instead."""
    with pytest.raises(UnusableInput, match=words):
        read(source)
