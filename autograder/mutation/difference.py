"""Finds the statements of a program that a change of its text may reach."""

import ast
from collections.abc import Iterable
from difflib import SequenceMatcher

from autograder.mutation.coverage import all_lines

Function = ast.FunctionDef | ast.AsyncFunctionDef


def changed_statements(before: str, after: str) -> frozenset[int]:
    """Return the first lines of the statements of a program that another text of it may change.

    A question that runs none of them has the same answer. Whole functions count, so that nobody has to say where a line
    runs that is put in or moved. A change outside of all functions, or of a function's head, counts for the whole
    program, because every import runs it.

    Args:
        before: the program.
        after: the changed one; all statements count where it is no Python.

    Raises:
        SyntaxError: the first text is no Python.
    """
    try:
        new = _Functions(after)
    except (SyntaxError, ValueError):
        return all_lines(before)
    old = _Functions(before)
    changed = set[str]()
    one, other = before.split("\n"), after.split("\n")  # Python counts no other ends of lines
    for kind, start, end, new_start, new_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            changed |= old.at(range(start + 1, end + 1)) | new.at(range(new_start + 1, new_end + 1))
    if not changed <= old.lines.keys():
        return all_lines(before)
    return frozenset(line for name in changed for line in old.lines[name])


def _says_when_it_runs(function: Function) -> bool:
    """Return whether the first statement that runs tells of a call: not in a generator, nor beside the head."""
    body = [one for one in function.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    is_generator = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(function))
    return bool(body) and body[0].lineno > function.lineno and not is_generator


class _Functions:
    """The functions of a program by qualified names; the empty name stands for what lies outside of all.

    Attributes:
        lines: the first lines of each function's statements.
    """

    def __init__(self, text: str) -> None:
        self._owners = dict.fromkeys(range(1, len(text.split("\n")) + 1), "")
        self.lines: dict[str, set[int]] = {}
        self._look(ast.parse(text), "")

    def _look(self, node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function) and _says_when_it_runs(child):
                inner = f"{name}.{child.name}"
                body = [one for one in ast.walk(child) if isinstance(one, ast.stmt) and one is not child]
                self.lines.setdefault(inner, set()).update(one.lineno for one in body)
                first = min(one.lineno for one in child.body)
                self._owners |= dict.fromkeys(range(first, (child.end_lineno or first) + 1), inner)
                self._look(child, inner)
            else:
                self._look(child, f"{name}.{child.name}" if isinstance(child, ast.ClassDef) else name)

    def at(self, lines: Iterable[int]) -> set[str]:
        """Return the names of the innermost functions that hold these lines."""
        return {self._owners[line] for line in lines}
