"""Wrappers around the same: decorators, subclasses, properties, super with arguments."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites
from autograder.mutation.program import Edit, Program, name_of

DECORATOR = """import functools as _functools


def _passed_on(function):
    @_functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


"""


def _decorated(program: Program) -> Sites:
    functions = [one for one in program.tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef))]
    for place, one in enumerate(functions):
        start = _start(program, one)
        text = DECORATOR if place == 0 else ""
        if isinstance(one, ast.FunctionDef):
            text += "@_passed_on\n"
        if text:
            yield (Edit(start, start, text),)


def _subclassed(program: Program) -> Sites:
    for one in program.tree.body:
        if isinstance(one, ast.ClassDef) and not one.decorator_list and one.bases:
            inside = any(isinstance(node, ast.Name) and node.id == one.name for node in ast.walk(one))
            if not inside:
                start = program.text.index(one.name, program.span(one)[0])
                end = program.span(one)[1]
                text = f'\n\n\nclass {one.name}(_{one.name}):\n    """The same."""'
                yield (Edit(start, start + len(one.name), f"_{one.name}"), Edit(end, end, text))


def _by_property(program: Program) -> Sites:
    """Yield the edits that keep an attribute under another name, and read it by a property."""
    for one in program.tree.body:
        if isinstance(one, ast.ClassDef) and not any(name_of(base) == "Module" for base in one.bases):
            assigned = [
                node for node in ast.walk(one) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            ]
            names = [node.attr for node in assigned]
            for node in assigned:
                if names.count(node.attr) == 1 and name_of(node.value) == "self":
                    end = program.span(one)[1]
                    text = f"\n\n    @property\n    def {node.attr}(self):\n        return self._kept_{node.attr}"
                    yield (program.replaced(node, f"self._kept_{node.attr}"), Edit(end, end, text))


def _old_super(program: Program) -> Sites:
    for call in program.calls("super"):
        holder = program.around(call, ast.ClassDef)
        if holder and not call.args:
            yield (program.replaced(call, f"super({holder.name}, self)"),)


def _start(program: Program, one: ast.FunctionDef | ast.ClassDef) -> int:
    """Return where a definition begins, its decorators included."""
    if one.decorator_list:
        return program.span(one.decorator_list[0])[0] - 1
    return program.span(one)[0]


REWRITES = (
    Operator("decorated", "each function passed through a decorator with functools.wraps", _decorated),
    Operator("subclassed", "each class a subclass of one that holds its code", _subclassed),
    Operator("attributes_by_property", "a property for each attribute", _by_property),
    Operator("old_super", "super(Class, self) for super()", _old_super),
)
