"""The package stays a house that a stranger finds their way in: few loose files, small functions, plain docstrings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.project import PROJECT

PACKAGE = PROJECT / "autograder"
MODULES = sorted(PACKAGE.rglob("*.py"))
LOOSE_FILES, FUNCTION_LINES, FILE_LINES = 5, 50, 400
LONGER: dict[str, str] = {}  # path of a file that may be longer to the reason, such as "a flat table"


def lines_of(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the name and the number of lines of each function; its decorators count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1


def test_few_files_lie_loose() -> None:
    """Everything else is in a package."""
    loose = [path.name for path in PACKAGE.iterdir() if path.is_file()]

    assert len(loose) <= LOOSE_FILES, loose


def test_functions_fit_on_a_screen() -> None:
    """The limit is far above the usual length."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    long = [
        f"{path.relative_to(PROJECT)}: {name} has {lines} lines"
        for path, tree in trees.items()
        for name, lines in functions_of(tree)
        if lines > FUNCTION_LINES
    ]

    assert long == []


def test_files_hold_one_noun() -> None:
    """Past the limit a file usually holds two; exceptions are named with their reason, and stay needed."""
    long = {path.relative_to(PROJECT).as_posix() for path in MODULES if lines_of(path) > FILE_LINES}

    assert long == LONGER.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_says_what_it_does(path: Path) -> None:
    """Its docstring has a subject or a verb; no docstring in it is a clause that begins with "What"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, described)]

    assert docstrings[0]
    assert [docstring for docstring in docstrings if docstring.startswith("What ")] == []
