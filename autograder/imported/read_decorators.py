"""Reads the decorators of a test: gradescope-utils', and the marks of the same names that pytest suites use."""

import ast
from collections.abc import Mapping
from typing import Any

from autograder.imported.stated import Decorator, SuiteFile, arguments_of, decorators_of, visibility_of, weight_of

WEIGHTS = ("weight", "points", "max_score")  # pytest suites have no common word
ORDERS = ("desc", "asc")


def stated_by_decorators(
    function: ast.FunctionDef, file: SuiteFile, constants: Mapping[str, ast.expr]
) -> dict[str, Any]:
    """Return the fields of a `ForeignTest` that decorators state; others are left to the sandbox.

    Raises:
        UnusableInput: a value cannot be read, or is impossible; names the place.
    """
    found: dict[str, Any] = {}
    for decorator in decorators_of(function, file):
        found.update(_fields_of(decorator, file, constants))
    return found


def _fields_of(decorator: Decorator, file: SuiteFile, constants: Mapping[str, ast.expr]) -> dict[str, Any]:
    def values(*names: str, least: int = 1) -> list[Any]:
        return arguments_of(decorator, file, constants, names, least)

    match decorator.name:
        case name if name in WEIGHTS:
            return {"weight": weight_of(values("val")[0], decorator.node, file, f"@{name}")}
        case "partial_credit":
            return {"weight": weight_of(values("weight")[0], decorator.node, file, "@partial_credit"), "partial": True}
        case "number":
            return {"number": str(values("val")[0])}
        case "visibility":
            return {"visibility": visibility_of(values("val")[0], decorator.node, file)}
        case "hide_errors":
            return {"hidden_errors": str([*values("val", least=0), "Test failed"][0])}
        case "tags":
            count = len(decorator.call.args) if decorator.call else 0
            return {"tags": tuple(map(str, values(*map(str, range(count)))))}
        case "leaderboard":
            column, order = [*values("column_name", "sort_order"), "desc"][:2]
            if order not in ORDERS:
                file.refuse(decorator.node, f"the leaderboard's order is {order!r}: use one of {', '.join(ORDERS)}")
            return {"leaderboard": (str(column), str(order))}
    return {}
