"""Values that a suite states in its source, such as weights; read from the syntax tree, never executed."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.model.failures import UnusableInput

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
MAX_WEIGHT = 1e6
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


@dataclass(frozen=True)
class SuiteFile:
    """A file of a suite.

    Attributes:
        path: below the suite's folder, with forward slashes.
        tree: its syntax tree.
    """

    path: str
    tree: ast.Module

    @classmethod
    def read(cls, path: str, content: bytes) -> "SuiteFile":
        """Return a file.

        Raises:
            UnusableInput: it is not Python.
        """
        try:
            return cls(path, ast.parse(content))
        except (SyntaxError, ValueError, RecursionError) as error:
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
            raise UnusableInput(f"{path}{line}: this is not Python ({error}): mend it, or move it away") from None

    @property
    def constants(self) -> dict[str, ast.expr]:
        """Expressions that names at the top of the file are set to, once."""
        return constants_of(self.tree.body)

    @property
    def aliases(self) -> dict[str, str]:
        """Names under which the file imports others: `from … import weight as w` makes `w` `weight`."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom)]
        return {alias.asname: alias.name for node in found for alias in node.names if alias.asname}

    def refuse(self, node: ast.AST, problem: str) -> NoReturn:
        """Refuse a place in the file.

        Raises:
            UnusableInput: always; names the file, the line and what to do.
        """
        raise UnusableInput(f"{self.path}, line {getattr(node, 'lineno', 1)}: {problem}")


@dataclass(frozen=True)
class Decorator:
    """A decorator of a test.

    Attributes:
        name: the last part of its name, such as `weight`.
        call: the call with its arguments; None if it has none.
        node: its place.
    """

    name: str
    call: ast.Call | None
    node: ast.expr


def constants_of(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Return the expressions that names in a body are set to, as the last of them says."""
    return {
        target.id: node.value
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def decorators_of(function: ast.FunctionDef, file: SuiteFile) -> list[Decorator]:
    """Return the decorators of a function, by the names under which their module defines them."""
    found = []
    for node in function.decorator_list:
        call = node if isinstance(node, ast.Call) else None
        named = call.func if call else node
        name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
        found.append(Decorator(file.aliases.get(name, name), call, node))
    return found


def value_of(node: ast.expr, constants: Mapping[str, ast.expr], depth: int = 0) -> Any:
    """Return the value of an expression of literals, constants and sums.

    Raises:
        ValueError: only running the file would tell.
    """
    if depth > 20:
        raise ValueError("nested too deep")
    if isinstance(node, ast.Name) and node.id in constants:
        return value_of(constants[node.id], constants, depth + 1)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = (value_of(one, constants, depth + 1) for one in (node.left, node.right))
        if not all(isinstance(one, (int, float)) for one in (left, right)) or (
            isinstance(node.op, ast.Div) and right == 0
        ):
            raise ValueError("no sum of numbers")
        return OPERATORS[type(node.op)](left, right)
    return ast.literal_eval(node)


def arguments_of(
    decorator: Decorator, file: SuiteFile, constants: Mapping[str, ast.expr], names: tuple[str, ...], least: int = 1
) -> list[Any]:
    """Return a decorator's arguments, in the order of their names; arguments left out at the end are missing.

    Raises:
        UnusableInput: there are too few or too many, or one is worked out when the file runs.
    """
    call = decorator.call
    where = f"@{decorator.name}"
    if call is None or not least <= len(call.args) + len(call.keywords) <= len(names):
        file.refuse(decorator.node, f"{where} needs {least or 'its'} value{'s' * (least > 1)}: write {where}(…)")
    by_name = {word.arg: word.value for word in call.keywords}
    given = [*call.args, *(by_name[name] for name in names[len(call.args) :] if name in by_name)]
    values = []
    for one in given:
        try:
            values.append(value_of(one, constants))
        except (ValueError, TypeError, RecursionError):
            text = ast.unparse(one)[:60]
            file.refuse(one, f"{where} takes {text}, which only running the file would tell: write the value itself")
    return values


def weight_of(value: Any, node: ast.AST, file: SuiteFile, what: str) -> float:
    """Return a number of points.

    Raises:
        UnusableInput: it is none.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= MAX_WEIGHT:
        file.refuse(node, f"{what} is {value!r}: use a number of 0 or more")
    return float(value)


def visibility_of(value: Any, node: ast.AST, file: SuiteFile) -> str:
    """Return a visibility.

    Raises:
        UnusableInput: Gradescope knows none of this name.
    """
    if value not in VISIBILITIES:
        file.refuse(node, f"the visibility is {value!r}: use one of {', '.join(VISIBILITIES)}")
    return str(value)


def title_of(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Return the first line of a docstring, or the name in words."""
    lines = (ast.get_docstring(node) or "").strip().splitlines()
    return lines[0].strip() if lines else node.name.removeprefix("test_").replace("_", " ")
