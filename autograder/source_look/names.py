"""Finds the full names of modules and functions behind the names in a source."""

import ast
from collections.abc import Iterable

from autograder.source_look.rules import PATCHABLE

ABBREVIATED = {"nn": "torch.nn", "F": "torch.nn.functional", "np": "numpy", "optim": "torch.optim"}
DEEPEST = 12  # attributes in a row; longer chains name nothing that we know


class Names:
    """The names that a source binds to modules and their members, wherever it does so.

    Attributes:
        rebound: names that the source binds to other things as well.
        stars: modules from which it imports everything.
    """

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        """Collect imports, and simple assignments of imported names."""
        self._full: dict[str, str] = {}
        self.rebound: set[str] = set()
        self.stars: list[str] = []
        assigned: list[tuple[str, ast.expr]] = []
        for node in nodes:
            if isinstance(node, ast.Import):
                for one in node.names:
                    self._full[one.asname or one.name.partition(".")[0]] = (
                        one.name if one.asname else one.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                self._add_members(node)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                assigned.append((node.targets[0].id, node.value))
            elif isinstance(node, ast.NamedExpr):
                assigned.append((node.target.id, node.value))
            self._add_bound(node)
        for name, value in assigned:
            if name not in self._full and (full := self.full(value)):
                self._full[name] = full

    def full(self, node: ast.expr) -> str:
        """Return the full name that an expression stands for, such as `os.fork`; empty if it is not a module's."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < DEEPEST:
            parts.append(node.attr)
            node = node.value
        base = self._base(node)
        return ".".join([base, *parts[::-1]]) if base else ""

    def _base(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self._full.get(node.id) or self._assumed(node.id)
        if not isinstance(node, ast.Call) or not node.args:
            return ""
        called, first = node.func, node.args[0]
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if isinstance(called, ast.Name) and called.id == "__import__":
            return text
        if isinstance(called, ast.Name) and called.id == "getattr" and len(node.args) > 1:
            return self._got(first, node.args[1])
        imports = isinstance(called, ast.Attribute | ast.Name) and _last(called) == "import_module"
        return text if imports else ""

    def _assumed(self, name: str) -> str:
        """Return the module that a name usually means if another file of the upload may have bound it."""
        if name in ("bytes", "bytearray", "__builtins__"):
            return name
        return ABBREVIATED.get(name, name if name in PATCHABLE else "") if self.stars else ""

    def _got(self, of: ast.expr, name: ast.expr) -> str:
        """Return the full name for a `getattr` whose second argument is a literal."""
        known = self._full.get(of.id, "") if isinstance(of, ast.Name) else ""
        if known and isinstance(name, ast.Constant) and isinstance(name.value, str):
            return f"{known}.{name.value}"
        return ""

    def _add_members(self, node: ast.ImportFrom) -> None:
        if node.level:  # the submission's own files
            self.stars += [one.name for one in node.names if one.name == "*"]
            return
        for one in node.names:
            if one.name == "*":
                self.stars.append(node.module or "")
            else:
                self._full[one.asname or one.name] = f"{node.module}.{one.name}"

    def _add_bound(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.rebound.add(node.id)
        elif isinstance(node, ast.arg):
            self.rebound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.rebound.add(node.name)


def root_of(node: ast.expr) -> str:
    """Return the name at the left end of a chain of attributes; empty if there is none."""
    depth = 0
    while isinstance(node, ast.Attribute) and depth < DEEPEST:
        node, depth = node.value, depth + 1
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id
