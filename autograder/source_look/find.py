"""Finds the constructs in the text of one file."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import replace

from autograder.model.construct import Construct
from autograder.model.construct import ConstructKind as Kind
from autograder.notebooks.spans import Span, span_at, spans_of
from autograder.source_look.broken_cells import without_broken_cells
from autograder.source_look.literals import is_long
from autograder.source_look.names import Names, root_of
from autograder.source_look.rules import (
    ATTRIBUTES,
    BORROWED,
    CALLED,
    FOLDERS,
    HONEST,
    LONGEST_RUN,
    NAMES,
    OTHER_NAMES,
    PATCHABLE,
    PROBES,
    SETTINGS,
    kinds_by,
)

KNOWN, ATTRIBUTE_KINDS = kinds_by(NAMES), kinds_by(ATTRIBUTES)
BEGINNINGS = tuple(kinds_by(FOLDERS).items())
USUAL_ENCODINGS = ("utf-8", "utf-8-sig", "ascii", "iso-8859-1", "cp1252", "windows-1252")
SHOWN, BEFORE = 160, 20  # characters of a line, and those before the construct in a longer one
RUN = re.compile(rf"\S{{{LONGEST_RUN}}}")
LINE_END = re.compile("\r\n|\r|\n")  # Python's own; others are part of a line
READS = ("read", "read_bytes")
Found = tuple[Kind, int, int]  # with the line and, in bytes, the column


def constructs_in(file: str, content: bytes) -> list[Construct]:
    """Return the constructs, one of each kind for a line, in the order of lines.

    Args:
        file: name of the file.
        content: as it was uploaded; decoded as Python does it.

    Raises:
        SyntaxError, ValueError: it is not Python, so it cannot be imported either.
        RecursionError, MemoryError: it is nested too deeply.
    """
    tree = _tree(content)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    lines = LINE_END.split(content.decode(encoding, "replace"))
    found = {(kind, line): column for kind, line, column in sorted(_found(tree), key=lambda one: one[1:], reverse=True)}
    for number, text in enumerate(lines, 1):
        if run := RUN.search(text):
            found.setdefault((Kind.DATA, number), len(text[: run.start()].encode("utf-8", "replace")))
    if encoding not in USUAL_ENCODINGS:
        found[Kind.EVALUATION, 1] = 0
    ordered = sorted(found.items(), key=lambda one: (one[0][1], one[1], one[0][0].value))
    spans = spans_of(content.decode(encoding, "replace"))
    return [
        _in_its_cell(Construct(kind, file, line, _shown(lines, line, column)), spans)
        for (kind, line), column in ordered
    ]


def _in_its_cell(one: Construct, spans: list[Span]) -> Construct:
    span = span_at(spans, one.line)
    return replace(one, file=span.notebook, cell=span.cell, line=one.line - span.before) if span else one


def _tree(content: bytes) -> ast.Module:
    try:
        return ast.parse(content)
    except SyntaxError:
        return ast.parse(without_broken_cells(content))


def _shown(lines: list[str], line: int, column: int) -> str:
    text = lines[line - 1] if line <= len(lines) else ""
    if len(text.strip()) <= SHOWN:
        return text.strip()
    place = len(text.encode("utf-8", "replace")[:column].decode("utf-8", "ignore"))
    begin = max(0, place - BEFORE)
    return ("…" if begin else "") + text[begin : begin + SHOWN] + "…"


def _found(tree: ast.Module) -> Iterator[Found]:
    nodes = list(ast.walk(tree))
    names = Names(nodes)
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    inner: set[int] = set()  # collections that lie in others, which were counted with them
    for node in nodes:
        for kind in (*_of_node(node, names, own), *_of_value(node, inner)):
            yield kind, getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


def _of_node(node: ast.AST, names: Names, own: set[str]) -> Iterator[Kind]:
    if isinstance(node, ast.Import):
        yield from _known([one.name for one in node.names])
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield from _known([node.module or "", *(f"{node.module}.{one.name}" for one in node.names)])
    elif isinstance(node, ast.Attribute):
        yield from _of_attribute(node, names)
    elif isinstance(node, ast.Name):
        yield from _of_name(node, names, own)
    elif isinstance(node, ast.FunctionDef):
        yield from _kind_of_attribute(node.name)
    elif isinstance(node, ast.Call):
        yield from _of_call(node, names)
    elif isinstance(node, ast.Assign | ast.Delete):
        yield from (Kind.PATCHED for target in node.targets if _patches(target, names))
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.For | ast.NamedExpr) and _patches(node.target, names):
        yield Kind.PATCHED


def _of_value(node: ast.AST, inner: set[int]) -> Iterator[Kind]:
    """Yield the kinds of a written value: long ones, and the names of folders and attributes."""
    if is_long(node, inner):
        yield Kind.DATA
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (kind for beginning, kind in BEGINNINGS if node.value.startswith(beginning))
        yield from _kind_of_attribute(node.value)


def _of_attribute(node: ast.Attribute, names: Names) -> Iterator[Kind]:
    yield from _kind_of_attribute(node.attr)
    full = names.full(node)
    yield from _known([full])
    if node.attr == "__dict__" and full.partition(".")[0] in PATCHABLE:
        yield Kind.PATCHED
    if node.attr == "__setattr__" and root_of(node) in ("object", "type"):
        yield Kind.PATCHED


def _of_name(node: ast.Name, names: Names, own: set[str]) -> Iterator[Kind]:
    if not isinstance(node.ctx, ast.Load):
        return
    if node.id in CALLED and node.id not in own:
        yield Kind.EVALUATION
    if node.id == "__builtins__":
        yield Kind.PATCHED
    yield from _known([names.full(node), *(f"{module}.{node.id}" for module in names.stars)])


def _of_call(node: ast.Call, names: Names) -> Iterator[Kind]:
    yield from _known([names.full(node)])
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    if not node.args:
        return
    first = node.args[0]
    full = names.full(first)
    if called in ("setattr", "delattr", "vars") and _is_library(first, full, names):
        yield Kind.PATCHED
    written = len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
    if called == "getattr" and not written and full in BORROWED:
        yield Kind.EVALUATION  # a name that is put together
    if called == "open" and isinstance(first, ast.Constant) and isinstance(first.value, int):
        yield Kind.DESCRIPTORS
    if names.full(node.func) == "importlib.import_module" and not isinstance(first, ast.Constant):
        yield Kind.EVALUATION
    if names.full(node.func) == "pickle.loads" and not _reads_file(first):
        yield Kind.EVALUATION


def _reads_file(node: ast.expr) -> bool:
    """Return whether an expression is the content of a file: CIFAR's batches are pickles."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS


def _known(full_names: list[str]) -> Iterator[Kind]:
    """Yield the kinds of full names that the table lists, whole or in part."""
    for full in full_names:
        parts = _usual(full).split(".")
        borrowed = [place for place, part in enumerate(parts) if place and part.lstrip("_") in BORROWED]
        for begin in (0, *borrowed):
            own = parts[begin:] if begin == 0 else [parts[begin].lstrip("_"), *parts[begin + 1 :]]
            if kind := _kind_of_name(own):
                yield kind
        if parts[0].startswith(PROBES):
            yield Kind.GRADER


def _usual(full: str) -> str:
    for other, usual in OTHER_NAMES.items():
        if full == other or full.startswith(f"{other}."):
            return usual + full[len(other) :]
    return full


def _kind_of_name(parts: list[str]) -> Kind | None:
    if ".".join(parts) in HONEST:
        return None
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        if kind := KNOWN.get(name) or (KNOWN.get(f"{name}.") if length < len(parts) else None):
            return kind
    return None


def _kind_of_attribute(name: str) -> Iterator[Kind]:
    if kind := ATTRIBUTE_KINDS.get(name):
        yield kind


def _patches(target: ast.expr, names: Names) -> bool:
    """Return whether an assignment to this target changes a library."""
    if isinstance(target, ast.Tuple | ast.List):
        return any(_patches(one, names) for one in target.elts if not isinstance(one, ast.Tuple | ast.List))
    return isinstance(target, ast.Attribute) and _is_library(target.value, names.full(target), names)


def _is_library(node: ast.expr, full: str, names: Names) -> bool:
    if not full or any(full == one or full.startswith(f"{one}.") for one in SETTINGS):
        return False
    return _usual(full).partition(".")[0] in PATCHABLE and root_of(node) not in names.rebound
