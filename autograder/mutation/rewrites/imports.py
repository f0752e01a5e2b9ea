"""Other ways to import the same."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites
from autograder.mutation.program import Program

MODULES = {"torch": ("nn", "optim"), "torch.nn": ("functional",), "torchvision": ("datasets", "models", "transforms")}


def _modules_imported(program: Program) -> Sites:
    for statement in program.tree.body:
        if isinstance(statement, ast.ImportFrom):
            known = MODULES.get(statement.module or "", ())
            if all(one.name in known for one in statement.names):
                lines = (f"import {statement.module}.{one.name} as {one.asname or one.name}" for one in statement.names)
                yield (program.replaced(statement, "\n".join(lines)),)


def _imported_twice(program: Program) -> Sites:
    for statement in program.tree.body:
        if isinstance(statement, ast.Import):
            for one in statement.names:
                if "." not in one.name and one.asname is None:
                    yield (program.behind(statement, f"import {one.name} as _{one.name}\n{one.name} = _{one.name}"),)


def _path_by_getattr(program: Program) -> Sites:
    for statement in program.tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "pathlib" and len(statement.names) == 1:
            yield (program.replaced(statement, "import pathlib\nPath = getattr(pathlib, 'Path')"),)


REWRITES = (
    Operator("modules_imported", "import torch.nn as nn, for from torch import nn", _modules_imported),
    Operator("imported_by_another_name", "import torch as _torch, and a name for it", _imported_twice),
    Operator("path_by_getattr", "getattr(pathlib, 'Path')", _path_by_getattr),
)
