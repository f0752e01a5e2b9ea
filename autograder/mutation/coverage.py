"""Makes a program say which of its statements run: it writes their lines to standard error, each once."""

import ast
import re
from collections.abc import Iterable

WRITTEN = re.compile(r"~(\d+);")
BLOCKS = ("body", "orelse", "finalbody")
PREAMBLE = """
import os as _os
_reached = set()
def _reach(line):
    if line not in _reached:
        _reached.add(line)
        _os.write(2, b"~%d;" % line)
"""


def reporting(text: str) -> str:
    """Return a program that does the same and writes `~12;` before the statement of line 12 runs for the first time."""
    tree = ast.parse(text)
    for node in [one for one in ast.walk(tree) if not isinstance(one, (ast.Lambda, ast.IfExp))]:
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, list(_marked(block)))
    first = next((place for place, one in enumerate(tree.body) if not _must_be_first(one)), len(tree.body))
    while first and _is_mark(tree.body[first - 1]):  # one that belongs to the next statement
        first -= 1
    tree.body[first:first] = ast.parse(PREAMBLE).body
    return ast.unparse(ast.fix_missing_locations(tree))


def lines_reached(printed: str) -> frozenset[int]:
    """Return the lines that a program from `reporting` has written."""
    return frozenset(int(found) for found in WRITTEN.findall(printed))


def all_lines(text: str) -> frozenset[int]:
    """Return the lines of all statements."""
    return frozenset(node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt))


def _marked(block: list[ast.stmt]) -> Iterable[ast.stmt]:
    for statement in block:
        if not _must_be_first(statement):
            yield ast.parse(f"_reach({statement.lineno})").body[0]
        yield statement


def _must_be_first(statement: ast.stmt) -> bool:
    """Return whether nothing may stand before a statement: a docstring, or an import from the future."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return isinstance(statement.value.value, str)
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _is_mark(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("_reach(")
