"""Reads all tests of a suite, whatever kinds of them it has."""

from collections.abc import Mapping
from itertools import chain, count
from pathlib import PurePosixPath
from string import ascii_lowercase

from msgspec.structs import replace

from autograder.imported.read_otter import is_otter, tests_of_otter
from autograder.imported.read_pytest import tests_of_functions
from autograder.imported.read_unittest import classes_in, tests_of_classes
from autograder.imported.stated import SuiteFile
from autograder.model.failures import UnusableInput
from autograder.model.imported_suite import ForeignTest


def read_tests(sources: Mapping[str, bytes]) -> tuple[ForeignTest, ...]:
    """Return the tests of a suite, with numbers, and with points for at least one of them.

    Args:
        sources: its Python files, by their paths below its folder.

    Raises:
        UnusableInput: there are none, or one cannot be read.
    """
    files = {path: SuiteFile.read(path, content) for path, content in sorted(sources.items())}
    classes = classes_in(files)
    found: list[ForeignTest] = []
    for file in files.values():
        if is_otter(file):
            found += tests_of_otter(file)
            continue
        found += tests_of_classes(file, classes)
        if _is_collected(file.path):
            found += tests_of_functions(file, classes)
    if not found:
        raise UnusableInput(
            "no tests were found: a test is a method test… of a unittest.TestCase, a function test… in a file "
            "test_….py, or a dict `test` as otter writes it; tests that are made when the suite runs cannot be imported"
        )
    return _numbered(_with_points(found))


def _is_collected(path: str) -> bool:
    """Return whether pytest looks for test functions in a file of this name."""
    stem = PurePosixPath(path).stem
    return stem.startswith("test") or stem.endswith("_test")


def _with_points(tests: list[ForeignTest]) -> list[ForeignTest]:
    """Return the tests; where none has points, each gets one."""
    if any(test.weight for test in tests):
        return tests
    return [replace(test, weight=1.0) for test in tests]


def _numbered(tests: list[ForeignTest]) -> tuple[ForeignTest, ...]:
    """Return the tests, each with its own number; letters distinguish tests that were given the same one."""
    stated = {test.number for test in tests if test.number}
    chapters = _chapters(tests)
    taken, numbered = set[str](), []
    for test in tests:
        if test.number:
            wanted = (f"{test.number}{letter}" for letter in ("", *ascii_lowercase[1:]))
        else:
            places = (f"{chapters[test.suite]}.{place}" for place in count(1))
            wanted = (number for number in places if number not in stated)
        number = next(number for number in chain(wanted, map(str, count(1000))) if number not in taken)
        taken.add(number)
        numbered.append(replace(test, number=number))
    return tuple(numbered)


def _chapters(tests: list[ForeignTest]) -> dict[str, str]:
    """Return the first part of the numbers below each heading: the one that its author uses, or the next free one."""
    found: dict[str, str] = {}
    for test in tests:
        if test.number:
            found.setdefault(test.suite, test.number.split(".")[0])
    for test in tests:
        free = (str(chapter) for chapter in count(1) if str(chapter) not in found.values())
        if test.suite not in found:
            found[test.suite] = next(free)
    return found
