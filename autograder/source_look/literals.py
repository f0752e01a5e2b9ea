"""Tells long encoded literals and long tables of numbers from ordinary ones."""

import ast
import re

from autograder.source_look.rules import LONGEST_BYTES, LONGEST_INTEGER, LONGEST_TABLE, LONGEST_WORD

WORD = re.compile(rf"\S{{{LONGEST_WORD}}}")
NUMBER = re.compile(r"[-+]?[0-9.]+(?:e[-+]?[0-9]+)?", re.IGNORECASE)
NUMBERS_OF_ALL = 0.8  # of a text's words, if the text is a table


def is_long(node: ast.AST, inner: set[int]) -> bool:
    """Return whether a literal holds more than coursework writes by hand.

    Args:
        node: any part of a source.
        inner: ids of collections inside counted ones; this one's are added. Outer ones come first.
    """
    if isinstance(node, ast.Constant):
        return _is_long_value(node.value)
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict) and id(node) not in inner:
        return _numbers_in(node, inner) > LONGEST_TABLE
    return False


def _is_long_value(value: object) -> bool:
    if isinstance(value, bytes):
        return len(value) > LONGEST_BYTES
    if isinstance(value, int):
        return abs(value) > LONGEST_INTEGER
    if not isinstance(value, str) or len(value) <= LONGEST_TABLE:
        return False
    words = re.split(r"[\s,;]+", value)
    numbers = sum(1 for word in words if NUMBER.fullmatch(word))
    return bool(WORD.search(value)) or numbers > max(LONGEST_TABLE, NUMBERS_OF_ALL * len(words))


def _numbers_in(collection: ast.expr, inner: set[int]) -> int:
    """Count the numbers in a collection and in those inside it; the keys of a dictionary do not count."""
    count, waiting = 0, [collection]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            waiting += node.elts
        elif isinstance(node, ast.Dict):
            waiting += node.values
        elif isinstance(node, ast.UnaryOp):
            waiting.append(node.operand)
        else:
            count += isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)
            continue
        inner.add(id(node))
    return count
