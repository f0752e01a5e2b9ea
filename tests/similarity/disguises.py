"""The edits with which students disguise a copied source."""

import ast
import io
import random
import tokenize
from collections.abc import Callable

INDENT = 4
OPEN_ENDS = (":", ",", "(", "[", "{", "\\")


def renamed(source: str) -> str:
    """Return the source with other names for all variables and parameters, and other spaces."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and _is_set(node)}
    names |= {node.arg for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg) and node.arg != "self"}
    new = {name: f"value_{number}" for number, name in enumerate(sorted(names))}
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    before = ["", *(token.string for token in tokens)]
    return tokenize.untokenize(
        (token.type, new.get(token.string, token.string) if last != "." else token.string)
        for token, last in zip(tokens, before, strict=False)
    )


def reordered(source: str) -> str:
    """Return the source with its functions and classes in another order."""
    lines, start = source.splitlines(keepends=True), 0
    rest, definitions = [], []
    for node in ast.parse(source).body:
        block = "".join(lines[start : node.end_lineno])
        (definitions if isinstance(node, ast.FunctionDef | ast.ClassDef) else rest).append(block)
        start = node.end_lineno or start
    random.Random(0).shuffle(definitions)
    return "".join([*rest, *definitions])


def without_comments(source: str) -> str:
    """Return the source without comments and docstrings, laid out anew."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def padded(source: str) -> str:
    """Return the source with an idle statement behind every fourth line that can bear one."""
    lines: list[str] = []
    for number, line in enumerate(source.splitlines()):
        lines.append(line)
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if number % INDENT == 0 and indent and text and not text.endswith(OPEN_ENDS) and not text.startswith("return"):
            lines.append(" " * indent + f"debug_{number} = {number}")
    new = "\n".join(lines)
    try:
        ast.parse(new)
    except SyntaxError:
        return source
    return new


def all_of_it(source: str) -> str:
    """Return the source with all of these edits."""
    return padded(reordered(renamed(without_comments(source))))


DISGUISES: list[Callable[[str], str]] = [renamed, reordered, without_comments, padded, all_of_it]


def _is_set(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
