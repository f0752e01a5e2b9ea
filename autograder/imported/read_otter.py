"""Finds the tests of an otter folder: dicts in the OK format, and functions of the newer one."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from autograder.imported.stated import SuiteFile, arguments_of, decorators_of, title_of, weight_of
from autograder.model.imported_suite import ForeignTest

DEFAULT_POINTS = 1.0  # of a question, as otter counts
TEST_CASE = ("name", "points", "hidden", "success_message", "failure_message", "all_or_nothing")


def is_otter(file: SuiteFile) -> bool:
    """Return whether a file is one of otter's."""
    constants = file.constants
    return isinstance(constants.get("test"), ast.Dict) or "OK_FORMAT" in constants


def tests_of_otter(file: SuiteFile) -> Iterator[ForeignTest]:
    """Yield a test for each case of a file; a question's points are shared among its cases.

    Raises:
        UnusableInput: the dict is not one of literals, has no cases, or its points are no numbers.
    """
    if "test" in file.constants:
        yield from _cases(file, file.constants["test"])
    else:
        yield from _functions(file)


def _cases(file: SuiteFile, node: ast.expr) -> Iterator[ForeignTest]:
    try:
        stated = ast.literal_eval(node)
        cases = [case for suite in stated["suites"] for case in suite["cases"]]
        codes = [str(case["code"]) for case in cases]
        name = str(stated.get("name") or PurePosixPath(file.path).stem)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        file.refuse(node, "`test` is not a dict of literals with suites, cases and code: write out all computed values")
    if not cases:
        file.refuse(node, "`test` has no cases: add one, or move the file away")
    points = _points_of(stated.get("points"), [case.get("points") for case in cases], file, node)
    for place, (case, code) in enumerate(zip(cases, codes, strict=True)):
        yield ForeignTest(
            kind="otter",
            file=file.path,
            group=name,
            name=str(place),
            suite=name,
            title=str(case.get("name") or (f"{name}, case {place + 1}" if len(cases) > 1 else name)),
            weight=points[place],
            visibility="hidden" if case.get("hidden") or "# HIDDEN" in code or "#HIDDEN" in code else "visible",
        )


def _functions(file: SuiteFile) -> Iterator[ForeignTest]:
    found = []
    for node in file.tree.body:
        marks = decorators_of(node, file) if isinstance(node, ast.FunctionDef) else []
        for mark in marks:
            if isinstance(node, ast.FunctionDef) and mark.name == "test_case":
                values = arguments_of(mark, file, file.constants, TEST_CASE, least=0)
                names = [*TEST_CASE[: len(mark.call.args)], *_named(mark.call)] if mark.call else []
                found.append((node, dict(zip(names, values, strict=True))))
    whole = _literal(file, "points")
    name = str(_literal(file, "name") or PurePosixPath(file.path).stem)
    points = _points_of(whole, [stated.get("points") for _, stated in found], file, file.tree)
    for (node, stated), weight in zip(found, points, strict=True):
        yield ForeignTest(
            kind="otter",
            file=file.path,
            group=name,
            name=node.name,
            suite=name,
            title=str(stated.get("name") or title_of(node)),
            weight=weight,
            visibility="hidden" if stated.get("hidden") else "visible",
        )


def _named(call: ast.Call) -> list[str]:
    """Return the names of a call's keywords, in the order of `TEST_CASE`."""
    given = {word.arg for word in call.keywords}
    return [name for name in TEST_CASE[len(call.args) :] if name in given]


def _literal(file: SuiteFile, name: str) -> Any:
    try:
        return ast.literal_eval(file.constants[name]) if name in file.constants else None
    except (ValueError, TypeError):
        file.refuse(file.constants[name], f"`{name}` is worked out when the file runs: write the value itself")


def _points_of(whole: Any, own: list[Any], file: SuiteFile, node: ast.AST) -> list[float]:
    """Return the points of each case: its own, or an equal share of the question's remaining points."""
    if isinstance(whole, list):
        if len(whole) != len(own):
            file.refuse(node, f"`points` lists {len(whole)} numbers for {len(own)} cases: list one for each")
        own, whole = whole, None
    stated = [None if one is None else weight_of(one, node, file, "the points of a case") for one in own]
    total = weight_of(DEFAULT_POINTS if whole is None else whole, node, file, "`points`")
    free = stated.count(None)
    share = max(total - sum(one or 0.0 for one in stated), 0.0) / free if free else 0.0
    return [share if one is None else one for one in stated]
