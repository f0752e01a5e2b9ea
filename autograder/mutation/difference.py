"""Finds the statements of a program that a change of its text may reach."""

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher


def changed_statements(before: str, after: str) -> frozenset[int]:
    """Return the first lines of the statements of a program that another text of it changes, or stands beside.

    A question that runs none of them has the same answer. A line that is put in, moved out of a block or taken away
    runs where one of its neighbours runs, so both count.

    Args:
        before: the program.
        after: the changed one; all statements count where it is no Python.

    Raises:
        SyntaxError: the first text is no Python.
    """
    owners = _owners(before)
    try:
        ast.parse(after)
    except (SyntaxError, ValueError):
        return frozenset(owners.values())
    return frozenset(owners[line] for line in _changed_lines(before.splitlines(), after.splitlines()) if line in owners)


def _owners(text: str) -> dict[int, int]:
    """Return for each line the first line of the innermost statement that it belongs to."""
    owners = dict[int, int]()
    for node in ast.walk(ast.parse(text)):  # parents come before their children, who overwrite them
        if isinstance(node, ast.stmt):
            decorators = [one.lineno for one in getattr(node, "decorator_list", ())]
            owners |= dict.fromkeys(range(min([node.lineno, *decorators]), (node.end_lineno or 0) + 1), node.lineno)
    return owners


def _changed_lines(before: list[str], after: list[str]) -> Iterator[int]:
    """Yield the numbers of lines that differ, from 1, and of the nearest lines with code on both sides of them."""
    for kind, start, end, _, _ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        yield from range(start + 1, end + 1)
        yield from _first_code(before, range(start - 1, -1, -1))
        yield from _first_code(before, range(end, len(before)))


def _first_code(lines: list[str], places: range) -> Iterator[int]:
    """Yield the number of the first line with code among these places, if there is one."""
    for place in places:
        if lines[place].strip() and not lines[place].lstrip().startswith("#"):
            yield place + 1
            return
