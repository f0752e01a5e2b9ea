"""A template for students, made of the reference solution: the same names with nothing in them."""

import ast


def skeleton_of(content: bytes) -> bytes:
    """Return a file in which each function raises `NotImplementedError("Write …")` and each variable is `...`.

    Args:
        content: Python that can be parsed.
    """
    tree = ast.parse(content)
    docstring = tree.body[:1] if ast.get_docstring(tree) is not None else []
    tree.body = docstring + [made for node in tree.body for made in _emptied(node)]
    return f"{ast.unparse(ast.fix_missing_locations(tree))}\n".encode()


def _emptied(node: ast.stmt) -> list[ast.stmt]:
    """Return the remainder of a statement at the top of a file or a class."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return [node]
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):  # the block that makes a program of the file
            return [node]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            docstring = node.body[:1] if ast.get_docstring(node) is not None else []
            # Meant to be left open: students fill it in, and `wire/holes.py` recognises these words as an empty part.
            hole = ast.parse(f'raise NotImplementedError("Write {node.name}")').body
            node.body = docstring + hole
            return [node]
        case ast.ClassDef():
            docstring = node.body[:1] if ast.get_docstring(node) is not None else []
            node.body = docstring + [made for one in node.body for made in _emptied(one)] or [ast.Pass()]
            return [node]
        case ast.Assign():
            node.value = ast.Constant(...)
            return [node] if all(isinstance(one, ast.Name) for one in node.targets) else []
    return []
