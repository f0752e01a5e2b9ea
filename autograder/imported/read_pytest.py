"""Finds the test functions of pytest suites, at the top of a file and in plain classes."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from autograder.imported.read_decorators import stated_by_decorators
from autograder.imported.read_unittest import Classes, is_test_case
from autograder.imported.stated import SuiteFile, title_of
from autograder.model.imported_suite import ForeignTest


def tests_of_functions(file: SuiteFile, classes: Classes) -> Iterator[ForeignTest]:
    """Yield the tests of a file, in the order of their lines; one with parameters is one test.

    Raises:
        UnusableInput: a decorator cannot be read.
    """
    lines = (ast.get_docstring(file.tree) or "").strip().splitlines()
    heading = lines[0] if lines else PurePosixPath(file.path).stem
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _test(file, node, "", heading)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test") and not is_test_case(node, classes):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    yield from _test(file, one, node.name, title_of(node) if ast.get_docstring(node) else node.name)


def _test(file: SuiteFile, node: ast.FunctionDef, group: str, heading: str) -> Iterator[ForeignTest]:
    if node.name.startswith("test"):
        yield ForeignTest(
            kind="pytest",
            file=file.path,
            group=group,
            name=node.name,
            suite=heading,
            title=title_of(node),
            **stated_by_decorators(node, file, file.constants),
        )
