"""Other names: of local variables, of numbers, of attributes; and programs without annotations."""

import ast
from collections.abc import Iterator

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites
from autograder.mutation.program import Edit, Program

Function = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def _locals_renamed(program: Program) -> Sites:
    for function in program.nodes(ast.FunctionDef):
        if program.around(function, ast.FunctionDef):
            continue
        names = set(_own_names(program, function))
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in names:
                yield (program.replaced(node, f"{node.id}_here"),)


def _own_names(program: Program, function: ast.FunctionDef) -> Iterator[str]:
    """Yield the local variables of a function that no other scope inside of it, no text and no statement declares."""
    nodes = list(ast.walk(function))
    taken = {one.arg for one in nodes if isinstance(one, ast.arg)}
    taken |= {name for one in nodes if isinstance(one, (ast.Global, ast.Nonlocal)) for name in one.names}
    taken |= {getattr(one, "name", None) or "" for one in nodes if isinstance(one, (*SCOPES, ast.ExceptHandler))}
    # Before Python 3.12 the places of names inside of an f-string are not known.
    taken |= {
        one.id
        for text in nodes
        if isinstance(text, ast.JoinedStr)
        for one in ast.walk(text)
        if isinstance(one, ast.Name)
    }
    taken |= {
        (one.asname or one.name)
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for one in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in taken:
            yield node.id


def _constants_inlined(program: Program) -> Sites:
    values = {
        statement.targets[0].id: program.source(statement.value)
        for statement in program.tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, (int, float))
    }
    for node in program.nodes(ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id in values and not program.around(node, ast.JoinedStr):
            yield (program.replaced(node, values[node.id]),)


def _numbers_named(program: Program) -> Sites:
    first = next((one for one in program.tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))), None)
    if first is None:
        return
    count = 0
    for node in program.nodes(ast.Constant):
        inside = program.around(node, ast.FunctionDef) and not program.around(node, ast.JoinedStr)
        if inside and isinstance(node.value, float):
            count += 1
            start = program.span(first.decorator_list[0])[0] - 1 if first.decorator_list else program.span(first)[0]
            yield (
                Edit(start, start, f"NUMBER_{count} = {program.source(node)}\n"),
                program.replaced(node, f"NUMBER_{count}"),
            )


def _annotations_removed(program: Program) -> Sites:
    for function in program.nodes(ast.FunctionDef):
        arguments = function.args
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if one.annotation:
                start = program.span(one)[0] + len(one.arg)
                yield (Edit(start, program.span(one.annotation)[1], ""),)
        if function.returns:
            start, end = program.span(function.returns)
            arrow = program.text.rindex("->", 0, start)
            yield (Edit(arrow, end, ""),)


REWRITES = (
    Operator("locals_renamed", "other names of local variables", _locals_renamed),
    Operator("constants_inlined", "numbers in the place of the module's names for them", _constants_inlined),
    Operator("numbers_named", "names in the place of numbers", _numbers_named),
    Operator("annotations_removed", "no annotations", _annotations_removed),
)
