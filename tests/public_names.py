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
    members = [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
    makers = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    if not members:
        yield node.name
    elif makers:
        yield f"{node.name}({_arguments(makers[0], of_class=True)})"
    for member in members:
        yield f"{node.name}.{_signature(member, of_class=True)}"


def _signature(node: ast.FunctionDef, of_class: bool = False) -> str:
    is_property = any(isinstance(one, ast.Name) and one.id == "property" for one in node.decorator_list)
    arguments = "" if is_property else f"({_arguments(node, of_class)})"
    return f"{node.name}{arguments} -> {ast.unparse(node.returns) if node.returns else 'None'}"


def _arguments(node: ast.FunctionDef, of_class: bool) -> str:
    return ast.unparse(node.args).removeprefix("self").removeprefix(", ") if of_class else ast.unparse(node.args)


def names_on(page: Path) -> list[str]:
    """Return the calls in the first column of a page's tables."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [row.split("`")[1].replace("\\|", "|") for row in rows]
