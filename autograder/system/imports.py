"""Follows imports through the sources of our own modules, without importing anything."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OURS = "autograder"  # the package whose modules are followed


@dataclass(frozen=True)
class Source:
    """The text of one module.

    Attributes:
        name: the module's full name.
        path: of its file below the project, with forward slashes.
        text: its content.
    """

    name: str
    path: str
    text: str

    @property
    def imports(self) -> tuple[str, ...]:
        """Full names of everything that it imports; for `from a import b` both `a` and `a.b`, which may be a module.

        Raises:
            SyntaxError: the text is not Python.
        """
        return _imports(self.text, self._package)

    @property
    def _package(self) -> str:
        """The package that its relative imports start from."""
        return self.name if self.path.endswith("/__init__.py") else self.name.rpartition(".")[0]


SourceOf = Callable[[str], Source | None]


def source_below(root: Path, name: str) -> Source | None:
    """Return the source of a module or package below a folder; None if the name belongs to neither."""
    return source_at(root, name, name)


def source_at(folder: Path, inner: str, name: str) -> Source | None:
    """Return the source of a module or package that another folder holds than its name says; None if there is none.

    Args:
        folder: the folder of a package.
        inner: name of the module within that package; empty for the package.
        name: the module's full name.
    """
    inside, full = inner.replace(".", "/"), name.replace(".", "/")
    for ending in (".py", "/__init__.py"):
        file = folder / f"{inside}{ending}".lstrip("/")
        if file.is_file():
            return Source(name, f"{full}{ending}", file.read_text(encoding="utf-8"))
    return None


def reached(names: Iterable[str], source_of: SourceOf) -> Iterator[Source]:
    """Yield our modules, their packages, and every module of ours that these import, each once.

    Args:
        names: full names of the modules to start from.
        source_of: returns a module's source; None if the name is no module, or a module that is not to be followed.
    """
    seen: set[str] = set()
    waiting = list(names)[::-1]
    while waiting:
        for name in _with_packages(waiting.pop()):
            if name in seen or name.partition(".")[0] != OURS:
                continue
            seen.add(name)
            if source := source_of(name):
                yield source
                waiting.extend(reversed(source.imports))


def _with_packages(name: str) -> list[str]:
    """Return a module's packages, which Python imports first, and the module."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


@cache
def _imports(text: str, package: str) -> tuple[str, ...]:
    found: list[str] = []
    for node in _executed(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            found += [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return tuple(found)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes except those below `if TYPE_CHECKING`, which only mypy reads."""
    yield node
    typing_only = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    for child in node.orelse if isinstance(node, ast.If) and typing_only else ast.iter_child_nodes(node):
        yield from _executed(child)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the full name of the module that a statement imports from; each further dot leads one package up."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
