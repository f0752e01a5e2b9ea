"""Extracts the code that a probe needs from its file, so that a visible probe never carries a hidden one's source."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


def excerpt_for(text: str, name: str) -> str:
    """Return a file's text with empty lines for all that a function there does not need.

    Imports and statements that define no name remain; a docstring and comments between statements do not. Lines keep
    their numbers, so that an author finds the place of an error.

    Args:
        text: Python.
        name: of the function.
    """
    lines, kept = text.splitlines(), set[int]()
    for part in _needed(_parts(text), name):
        kept.update(part.lines)
    return "".join(f"{line}\n" if number in kept else "\n" for number, line in enumerate(lines, 1))


@dataclass(frozen=True)
class _Part:
    """A statement at the top of a file.

    Attributes:
        lines: its own, decorators included.
        defines: names.
        uses: names at the top of the file; a local variable of the same name is none.
    """

    lines: range
    defines: frozenset[str]
    uses: frozenset[str]


@cache
def _parts(text: str) -> tuple[_Part, ...]:
    """Return a file's statements without docstrings; kept, since each probe of the file asks for them."""
    return tuple(
        _Part(_lines_of(node), frozenset(_names_of(node)), frozenset(_globals_of(node)))
        for node in ast.parse(text).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    )


def _needed(parts: tuple[_Part, ...], name: str) -> list[_Part]:
    """Return the statements that a function needs, directly or not."""
    due = frozenset({name}).union(*(part.uses for part in parts if not part.defines))
    found = frozenset[str]()
    while due:
        found |= due
        due = frozenset().union(*(part.uses for part in parts if part.defines & due)) - found
    return [part for part in parts if not part.defines or part.defines & found]


def _lines_of(node: ast.stmt) -> range:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return range(first, (node.end_lineno or first) + 1)


def _names_of(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines; none of an import from `__future__`, which holds for the file."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return set()
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(one.asname or one.name).partition(".")[0] for one in node.names}
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    inner = {name for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt) for name in _names_of(part)}
    return inner | {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _globals_of(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return set()
    return set(_used(symtable.symtable(ast.unparse(node), "probe", "exec")))


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _used(inner)
