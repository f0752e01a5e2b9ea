"""Finds the tests of `unittest` classes."""

import ast
from collections.abc import Iterator, Mapping

from autograder.imported.read_decorators import stated_by_decorators
from autograder.imported.stated import SuiteFile, constants_of, title_of
from autograder.model.imported_suite import ForeignTest

Classes = Mapping[str, tuple[SuiteFile, ast.ClassDef]]


def classes_in(files: Mapping[str, SuiteFile]) -> Classes:
    """Return all classes at the top of a suite's files, by name: a base class may lie in another file."""
    return {
        node.name: (file, node) for file in files.values() for node in file.tree.body if isinstance(node, ast.ClassDef)
    }


def is_test_case(node: ast.ClassDef, classes: Classes) -> bool:
    """Return whether a class is a `unittest.TestCase`, directly or not."""
    return any(
        name.endswith("TestCase")
        or (name in classes and classes[name][1] is not node and is_test_case(classes[name][1], classes))
        for name in _bases_of(node)
    )


def tests_of_classes(file: SuiteFile, classes: Classes) -> Iterator[ForeignTest]:
    """Yield the tests of a file's test cases, in the order of their lines; inherited ones come first.

    Raises:
        UnusableInput: a decorator cannot be read.
    """
    for node in file.tree.body:
        if isinstance(node, ast.ClassDef) and is_test_case(node, classes):
            for function, source, constants in _methods_of(file, node, classes).values():
                yield ForeignTest(
                    kind="unittest",
                    file=file.path,
                    group=node.name,
                    name=function.name,
                    suite=title_of(node) if ast.get_docstring(node) else node.name,
                    title=title_of(function),
                    **stated_by_decorators(function, source, constants),
                )


def _methods_of(
    file: SuiteFile, node: ast.ClassDef, classes: Classes
) -> dict[str, tuple[ast.FunctionDef, SuiteFile, dict[str, ast.expr]]]:
    found: dict[str, tuple[ast.FunctionDef, SuiteFile, dict[str, ast.expr]]] = {}
    for name in _bases_of(node):
        if name in classes and classes[name][1] is not node:
            found.update(_methods_of(*classes[name], classes))
    constants = {**file.constants, **constants_of(node.body)}
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test"):
            found.pop(one.name, None)
            found[one.name] = one, file, constants
    return found


def _bases_of(node: ast.ClassDef) -> list[str]:
    return [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in node.bases]
