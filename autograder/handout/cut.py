"""Cuts out of an assignment's sources exactly the code that some functions and tests need.

Hidden and visible tests share files, so this module assembles the students' sources name by name: a function or a
test method, the names that it uses, the names that these use, and so on. Comments and module docstrings stay behind.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from autograder.handout.scopes import module_names

HOOKS = frozenset({"setUp", "tearDown", "setUpClass", "tearDownClass"})  # unittest itself calls them
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Piece(NamedTuple):
    """A name at the top of a module, or a member of a test case there."""

    module: str
    name: str
    member: str = ""


class Sources:
    """The syntax trees of one package's modules."""

    def __init__(self, texts: Mapping[str, str], package: str) -> None:
        """Parse the modules.

        Args:
            texts: module's name, such as `"test_model"`, to its source.
            package: the package that holds them, such as `"autograder.assignments.line_fit"`.
        """
        self._package = package
        self._trees = {name: ast.parse(text) for name, text in texts.items()}
        self._tops = {module: _by_name(tree.body) for module, tree in self._trees.items()}
        self._cases = {
            (module, one.name)
            for start, tree in self._trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef) and any(map(_is_test, node.body))
            for module, one in self._lineage(start, node.name)
        }

    def functions(self) -> Iterator[Piece]:
        """Yield the public functions of all modules."""
        for module, tree in self._trees.items():
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield Piece(module, node.name)

    def defining(self, module: str, case: str, method: str) -> Piece:
        """Return the definition of a test case's method: in its class, or in a class that it inherits from."""
        owners = (Piece(where, one.name, method) for where, one in self._lineage(module, case))
        return next(piece for piece in owners if piece.member in _by_name(self._class(piece).body))

    def reached_from(self, start: Piece, case: Piece | None = None) -> frozenset[Piece]:
        """Return all pieces that a piece needs, itself included.

        Args:
            start: a function, or a test method.
            case: the class whose method runs; the method may use its other members.
        """
        found: set[Piece] = set()
        due = [start, *([case] if case else [])]
        while due:
            piece = due.pop()
            if piece not in found:
                found.add(piece)
                due += self._needed_by(piece, case)
        return frozenset(found)

    def nodes(self, pieces: Iterable[Piece]) -> Iterator[ast.AST]:
        """Yield the statements of these pieces; of a test case only its head, as its members are pieces."""
        for piece in pieces:
            for node in self._statements(piece):
                yield from _head(node) if self._is_case(piece) and isinstance(node, ast.ClassDef) else [node]

    def cut(self, pieces: Iterable[Piece], header: str) -> dict[str, str]:
        """Return the source of each module that has any of these pieces, with the pieces alone, in their order.

        Args:
            pieces: the code to keep.
            header: the docstring of each module.
        """
        kept = frozenset(pieces)
        texts = {}
        for module in sorted({piece.module for piece in kept}):
            body = [part for node in self._trees[module].body for part in self._kept(module, node, kept)]
            tree = ast.Module([ast.Expr(ast.Constant(header)), *body], [])
            texts[module] = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        return texts

    def _kept(self, module: str, node: ast.stmt, kept: frozenset[Piece]) -> Iterator[ast.stmt]:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            names = [one for one in node.names if future or Piece(module, _bound(one)) in kept]
            if names:
                yield _with(node, names=names)
            return
        if not any(Piece(module, name) in kept for name in _names_of(node)):
            return
        if isinstance(node, ast.ClassDef) and (module, node.name) in self._cases:
            yield _with(node, body=list(_kept_members(module, node, kept)) or [ast.Pass()])
        else:
            yield node

    def _needed_by(self, piece: Piece, case: Piece | None) -> Iterator[Piece]:
        if piece.member:
            yield Piece(piece.module, piece.name)
        elif imported := self._imported(piece):
            yield imported
            return
        elif self._is_case(piece):
            yield from (Piece(*piece[:2], hook) for hook in HOOKS if hook in _by_name(self._class(piece).body))
        members = self._members(case) if case else {}
        for node in self.nodes([piece]):
            yield from (Piece(piece.module, one) for one in module_names(node) if one in self._tops[piece.module])
            for part in ast.walk(node):
                name = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
                yield from members.get(name, []) if piece.member else []
                yield from self._of_imported_module(piece.module, part)

    def _imported(self, piece: Piece) -> Piece | None:
        """Return the piece in another module of the package that a name is imported from."""
        for node in self._statements(piece):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(self._package + "."):
                origin = next(one.name for one in node.names if _bound(one) == piece.name)
                return Piece(str(node.module).removeprefix(self._package + "."), origin)
        return None

    def _of_imported_module(self, module: str, part: ast.AST) -> Iterator[Piece]:
        """Yield the piece that `history.find` refers to, where `history` is a module of the package."""
        if not isinstance(part, ast.Attribute) or not isinstance(part.value, ast.Name):
            return
        for node in self._tops[module].get(part.value.id, []):
            if isinstance(node, ast.ImportFrom) and node.module == self._package:
                origin = next(one.name for one in node.names if _bound(one) == part.value.id)
                yield Piece(origin, part.attr)

    def _lineage(self, module: str, name: str) -> Iterator[tuple[str, ast.ClassDef]]:
        """Yield a class and its base classes within the package."""
        for node in self._tops.get(module, {}).get(name, []):
            if isinstance(node, ast.ClassDef):
                yield module, node
                for base in node.bases:
                    if isinstance(base, ast.Name):
                        yield from self._lineage(module, base.id)
            elif found := self._imported(Piece(module, name)):
                yield from self._lineage(found.module, found.name)

    def _members(self, case: Piece) -> dict[str, list[Piece]]:
        """Return all definitions in a test case's classes, by name."""
        found: dict[str, list[Piece]] = {}
        for module, node in self._lineage(case.module, case.name):
            for name in _by_name(node.body):
                found.setdefault(name, []).append(Piece(module, node.name, name))
        return found

    def _is_case(self, piece: Piece) -> bool:
        return not piece.member and (piece.module, piece.name) in self._cases

    def _class(self, piece: Piece) -> ast.ClassDef:
        return next(node for node in self._tops[piece.module][piece.name] if isinstance(node, ast.ClassDef))

    def _statements(self, piece: Piece) -> list[ast.stmt]:
        if piece.member:
            return _by_name(self._class(piece).body)[piece.member]
        return self._tops.get(piece.module, {}).get(piece.name, [])


def _is_test(node: ast.stmt) -> bool:
    """Return whether a statement defines a test; fields of declarations, such as `test_labels`, are none."""
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


def _kept_members(module: str, node: ast.ClassDef, kept: frozenset[Piece]) -> Iterator[ast.stmt]:
    for index, part in enumerate(node.body):
        is_docstring = index == 0 and ast.get_docstring(node) is not None
        if is_docstring or any(Piece(module, node.name, name) in kept for name in _names_of(part)):
            yield part


def _by_name(body: Iterable[ast.stmt]) -> dict[str, list[ast.stmt]]:
    found: dict[str, list[ast.stmt]] = {}
    for node in body:
        for name in _names_of(node):
            found.setdefault(name, []).append(node)
    return found


def _names_of(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines in its own scope."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {_bound(one) for one in node.names}
    if isinstance(node, Definition):
        return {node.name}
    inner = {name for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt) for name in _names_of(part)}
    stored = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return inner | stored


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _head(node: ast.ClassDef) -> list[ast.AST]:
    return [*node.bases, *(word.value for word in node.keywords), *node.decorator_list]


def _with(node: ast.stmt, **changed: object) -> ast.stmt:
    """Return a copy of a statement with some of its fields changed."""
    fields = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
    copy = type(node)(**{**fields, **changed})
    return ast.copy_location(copy, node)
