"""Finds the probes of an assignment: public functions of its `probe_*.py` files, and what these files import."""

import ast
from collections.abc import Iterator

from autograder import project
from autograder.project import UnusableInput


def probe_sources(slug: str) -> dict[str, str]:
    """Return for each probe's name the source text of the file that defines it.

    An observation depends on that one file, so a change to another file leaves it valid.

    Raises:
        UnusableInput: a file is not Python, or two files define a probe of the same name.
    """
    sources: dict[str, str] = {}
    for path in sorted(project.definition(slug).glob("probe_*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise UnusableInput(f"{slug}/{path.name}: line {error.lineno}: {error.msg}") from None
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if node.name in sources:
                    raise UnusableInput(f"{slug}/{path.name}: the probe {node.name!r} is defined twice; rename one")
                sources[node.name] = text
    return sources


def modules_for(slug: str, source: str) -> dict[str, str]:
    """Return what a probe's file imports of its own assignment, directly or not: full name to source text.

    Raises:
        UnusableInput: it imports tests or known mistakes, which must not enter the sandbox.
    """
    package = f"autograder.assignments.{slug}"
    found: dict[str, str] = {}
    due = list(_imported_from(package, source))
    while due:
        name = due.pop()
        path = project.definition(slug) / f"{name.removeprefix(package + '.')}.py"
        if name in found or not path.is_file():
            continue
        if path.name.startswith("test_") or project.tells_mistakes(path.name):
            raise UnusableInput(f"{slug}/{path.name}: a probe imports it; what judges must not enter the sandbox")
        found[name] = path.read_text(encoding="utf-8")
        due += _imported_from(package, found[name])
    return found


def _imported_from(package: str, source: str) -> Iterator[str]:
    """Yield the full names of what a source imports from a package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.startswith(f"{package}."))
