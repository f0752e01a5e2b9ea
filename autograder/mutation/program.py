"""A program as text and as syntax tree; edits keep the text of everything that they do not change."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Edit:
    """A piece of a text that is replaced.

    Attributes:
        start: place of its first character.
        end: place behind its last.
        new: the text in its place.
    """

    start: int
    end: int
    new: str


class Program:
    """A program.

    Attributes:
        text: its source.
        tree: its syntax tree.
    """

    def __init__(self, text: str) -> None:
        """Parse a source.

        Raises:
            SyntaxError: it is no Python.
        """
        self.text = text
        self.tree = ast.parse(text)
        self._parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        # Columns of a syntax tree count bytes of UTF-8.
        self._lines = [line.encode() for line in text.splitlines(keepends=True)]

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        """Yield all nodes of these kinds, in the order of the text."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, kinds)]
        yield from sorted(found, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))

    def calls(self, *names: str) -> Iterator[ast.Call]:
        """Yield all calls of functions or methods of these names, whatever stands before the last dot."""
        for call in self.nodes(ast.Call):
            if not names or name_of(call.func) in names:
                yield call

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that holds a node; None for the module."""
        return self._parents.get(node)

    def around(self, node: ast.AST, *kinds: type[ast.AST]) -> Any:
        """Return the nearest node of these kinds that holds a node; None if there is none."""
        above = self._parents.get(node)
        while above is not None and not isinstance(above, kinds):
            above = self._parents.get(above)
        return above

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that a node belongs to, or is."""
        found = node if isinstance(node, ast.stmt) else self.around(node, ast.stmt)
        assert isinstance(found, ast.stmt)
        return found

    def source(self, node: ast.AST) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def span(self, node: Any) -> tuple[int, int]:
        """Return where the text of a node begins and ends."""
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def indentation(self, statement: ast.stmt) -> str:
        """Return the white space before a statement."""
        line = self._lines[statement.lineno - 1].decode()
        return line[: len(line) - len(line.lstrip())]

    def replaced(self, node: ast.AST, new: str) -> Edit:
        """Return the edit that puts a text in the place of a node."""
        return Edit(*self.span(node), new)

    def behind(self, statement: ast.stmt, new: str) -> Edit:
        """Return the edit that adds a line behind a statement, as far indented."""
        end = self.span(statement)[1]
        rest = self.text.find("\n", end)
        end = len(self.text) if rest < 0 else rest  # behind a comment, too
        return Edit(end, end, f"\n{self.indentation(statement)}{new}")

    def before(self, statement: ast.stmt, new: str) -> Edit:
        """Return the edit that adds a line before a statement, as far indented."""
        start = self.span(statement)[0]
        return Edit(start, start, f"{new}\n{self.indentation(statement)}")

    def edited(self, edits: Sequence[Edit]) -> str:
        """Return the text after some edits.

        Raises:
            ValueError: two of them overlap.
        """
        parts, end = [], 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            if edit.start < end:
                raise ValueError("two edits overlap")
            parts += [self.text[end : edit.start], edit.new]
            end = edit.end
        return "".join([*parts, self.text[end:]])

    def line_at(self, place: int) -> int:
        """Return the number of the line that a place of the text lies in, from 1."""
        return self.text.count("\n", 0, place) + 1

    @cached_property
    def statement_lines(self) -> dict[int, int]:
        """For each line of the text the first line of the innermost statement that it belongs to."""
        found: dict[int, int] = {}
        for statement in self.nodes(ast.stmt):  # those inside come later
            decorators = [one.lineno for one in getattr(statement, "decorator_list", ())]
            for line in range(min([statement.lineno, *decorators]), (statement.end_lineno or statement.lineno) + 1):
                found[line] = statement.lineno
        return found

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1][:column].decode())

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line.decode()))
        return starts


def name_of(node: ast.AST) -> str:
    """Return the last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keyword_of(call: ast.Call, *names: str) -> ast.keyword | None:
    """Return the first keyword argument of a call that has one of these names."""
    return next((word for word in call.keywords if word.arg in names), None)
