"""Tells a module's names from those of its functions: a parameter `loss` is not the module's function `loss`."""

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def module_names(node: ast.AST, local: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the names in a syntax tree that may be the module's.

    The target of a comprehension counts as the module's: rather too many names are found than too few.

    Args:
        node: a statement or an expression.
        local: names that belong to the functions around it.
    """
    if isinstance(node, ast.Name):
        if node.id not in local:
            yield node.id
        return
    if not isinstance(node, Function):
        for part in ast.iter_child_nodes(node):
            yield from module_names(part, local)
        return
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for part in ast.iter_child_nodes(node):
        # Decorators, defaults and annotations belong to the scope around the function.
        yield from module_names(part, local | _bound(node, body) if part in body else local)


def _bound(function: Function, body: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names of a function's parameters and of its local variables."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    parts = list(_in_scope(body))
    stored = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    shared = {name for part in parts if isinstance(part, (ast.Global, ast.Nonlocal)) for name in part.names}
    return frozenset({one.arg for one in named} | stored - shared)


def _in_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the parts of a function's body that share its scope."""
    for node in nodes:
        if not isinstance(node, Function | Comprehension | ast.ClassDef):
            yield node
            yield from _in_scope(ast.iter_child_nodes(node))
