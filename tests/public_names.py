"""The public names of a package's modules with their signatures, read from the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path


def public_names(folder: Path) -> Iterator[str]:
    """Yield functions, classes and their members as pages list them: `digest(tensor: torch.Tensor) -> str`."""
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield _signature(node)
            elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from _names_of_class(node)


def _names_of_class(node: ast.ClassDef) -> Iterator[str]:
    functions = [one for one in node.body if isinstance(one, ast.FunctionDef) and not _has(one, "overload")]
    members = [one for one in functions if not one.name.startswith("_")]
    makers = [one for one in functions if one.name == "__init__"]
    yield f"{node.name}({_arguments(makers[0], of_class=True)})" if makers and members else node.name
    for member in members:
        yield f"{node.name}.{_signature(member, of_class=True)}"


def _signature(node: ast.FunctionDef, of_class: bool = False) -> str:
    arguments = "" if _has(node, "property") else f"({_arguments(node, of_class)})"
    return f"{node.name}{arguments} -> {ast.unparse(node.returns) if node.returns else 'None'}"


def _has(node: ast.FunctionDef, decorator: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == decorator for one in node.decorator_list)


def _arguments(node: ast.FunctionDef, of_class: bool) -> str:
    return ast.unparse(node.args).removeprefix("self").removeprefix(", ") if of_class else ast.unparse(node.args)


def names_on(page: Path) -> list[str]:
    """Return the calls in the first column of a page's tables."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [row.split("`")[1].replace("\\|", "|") for row in rows]
