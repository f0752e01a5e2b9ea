"""Finds the suites of an assignment, and refuses tests that could not be judged fairly."""

import importlib
import inspect
import math
import pkgutil
import re
import unittest
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.checks.disclosure import DISCLOSES, Disclosure
from autograder.checks.manual import MANUAL
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableAssignment
from autograder.suites.bits import MOST_BITS, bits_of
from autograder.suites.decorators import wrapped_chain

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
ORDERS = ("desc", "asc")
OF_METHODS = ("__weight__", "__number__", "__visibility__", "__tags__", "__hide_errors__", MANUAL, DISCLOSES)


class UnusableSuite(UnusableAssignment):
    """A suite cannot be run as it is written; the text names the test and the necessary change."""


@dataclass(frozen=True)
class PlannedTest:
    """A test with the values of its decorators, known before anything has run.

    Attributes:
        case: the unittest case, which runs this one test.
        key: `Class.method`.
        weight: points; None for a test without points.
        hidden_errors: the text shown instead of the details of a failure; None if they are shown.
        leaderboard: name and order of the column that the test fills; None if there is none.
        manual: points that a person gives for it; None if the harness judges it.
        discloses: its declaration of how much it tells about hidden data; None if it rests on none.
    """

    case: unittest.TestCase
    key: str
    suite: str
    number: str
    title: str
    weight: float | None
    visibility: str
    tags: tuple[str, ...]
    hidden_errors: str | None
    leaderboard: tuple[str, str] | None
    manual: float | None = None
    discloses: Disclosure | None = None

    @property
    def method(self) -> Callable[..., Any]:
        """The outermost function of the test, which carries the decorators' attributes."""
        method: Callable[..., Any] = getattr(type(self.case), self.case._testMethodName)
        return method


def load_suites(assignment: Assignment) -> list[PlannedTest]:
    """Return the tests of an assignment in the order of their numbers.

    Raises:
        UnusableSuite: a test cannot be judged, or the weights do not add up to the assignment's points.
    """
    package = importlib.import_module(f"autograder.assignments.{assignment.slug}")
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if info.name.startswith("test_"))
    planned = [test for name in names for test in planned_tests(importlib.import_module(f"{package.__name__}.{name}"))]
    twice = [key for key, count in Counter(test.key for test in planned).items() if count > 1]
    if twice:
        raise UnusableSuite(f"{assignment.slug}: two files define {twice[0]}; rename one of the classes")
    _refuse_unknown_parts(assignment, planned)
    _refuse_telling(assignment, planned)
    total = sum((test.weight or 0) + (test.manual or 0) for test in planned)
    if not math.isclose(total, assignment.points):
        raise UnusableSuite(
            f"{assignment.slug}: weights and manual points add up to {total:g}, "
            f"the manifest says points = {assignment.points:g}"
        )
    by_hand = {test.number for test in planned if test.manual is not None}
    unknown = next((line.item for line in assignment.rubric if line.item not in by_hand), None)
    if unknown is not None:
        raise UnusableSuite(
            f"{assignment.slug}: the manifest's rubric has a line for {unknown}, which is not an item that a person "
            f"judges: use one of {', '.join(sorted(by_hand)) or 'none'}, or mark the test with @manual"
        )
    return sorted(planned, key=lambda test: _natural(test.number))


def _refuse_unknown_parts(assignment: Assignment, planned: list[PlannedTest]) -> None:
    entries = assignment.upload.entries
    for test in planned:
        part = getattr(test.case, "part", "")
        if part and part not in entries:
            raise UnusableSuite(f"{assignment.slug}: {test.key}: part = {part!r}: use one of {', '.join(entries)}")


def _refuse_telling(assignment: Assignment, planned: list[PlannedTest]) -> None:
    """Refuse suites that tell too much about hidden data, or tell it at once."""
    telling = [test for test in planned if test.discloses]
    early = next((test.key for test in telling if test.visibility in ("", "visible")), None)
    if early:
        raise UnusableSuite(f'{early} rests on hidden data: decorate it with @visibility("after_due_date")')
    bits = bits_of(test.discloses for test in telling if test.discloses)
    if bits > MOST_BITS:
        raise UnusableSuite(
            f"{assignment.slug}: the tests on hidden data tell {bits:.1f} bits of them with each upload, at most "
            f"{MOST_BITS:g} are allowed: use fewer steps in @discloses, or judge one measurement in several tests"
        )


def planned_tests(module: ModuleType) -> list[PlannedTest]:
    """Return the tests that a module defines, unsorted."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    return [planned(case) for case in _flat(suite) if type(case).__module__ == module.__name__]


def planned(case: unittest.TestCase) -> PlannedTest:
    """Return everything that is known of one test before it runs.

    Raises:
        UnusableSuite: it is asynchronous or a generator, or a decorator has an impossible value.
    """
    method = getattr(type(case), case._testMethodName)
    key = f"{type(case).__name__}.{case._testMethodName}"
    _check_runs(method, key)
    _check_decorators(case, method, key)
    weight, hidden = _attribute(method, "__weight__"), _attribute(method, "__hide_errors__")
    column = _attribute(method, "__leaderboard_column__")
    return PlannedTest(
        case=case,
        key=key,
        suite=inspect.cleandoc(type(case).__doc__ or type(case).__name__).splitlines()[0],
        number=_attribute(method, "__number__") or "",
        title=case.shortDescription() or key,
        weight=None if weight is None else round(float(weight), 6),
        visibility=_attribute(method, "__visibility__") or "",
        tags=tuple(map(str, _attribute(method, "__tags__") or ())),
        hidden_errors=None if hidden is None else str(hidden),
        leaderboard=(str(column), _attribute(method, "__leaderboard_sort_order__") or "desc") if column else None,
        manual=_attribute(method, MANUAL),
        discloses=_attribute(method, DISCLOSES),
    )


def _check_runs(method: Callable[..., Any], key: str) -> None:
    """Refuse functions that unittest would call without running a line of them, and count as passed."""
    plain = inspect.unwrap(method)
    if inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain):
        raise UnusableSuite(
            f"{key} is asynchronous: unittest would call it without waiting for it; make it a plain def"
        )
    if inspect.isgeneratorfunction(plain):
        raise UnusableSuite(f"{key} is a generator: unittest would not run its body; do without yield")


def _check_decorators(case: unittest.TestCase, method: Callable[..., Any], key: str) -> None:
    on_class = [name.strip("_") for name in OF_METHODS if hasattr(type(case), name)]
    if on_class:
        raise UnusableSuite(f"{type(case).__name__}: {on_class[0]} has no effect on a class; decorate its methods")
    weight = _attribute(method, "__weight__")
    if weight is not None and not (isinstance(weight, (int, float)) and math.isfinite(weight) and weight >= 0):
        raise UnusableSuite(f"{key}: its weight is {weight!r}; use a number of 0 or more")
    manual = _attribute(method, MANUAL)
    if manual is not None and not (isinstance(manual, (int, float)) and math.isfinite(manual) and manual > 0):
        raise UnusableSuite(f"{key}: its manual points are {manual!r}; use a number above 0")
    if manual is not None and weight is not None:
        raise UnusableSuite(f"{key} has a weight and manual points: either the harness judges it or a person")
    visibility = _attribute(method, "__visibility__")
    if visibility and visibility not in VISIBILITIES:
        raise UnusableSuite(f"{key}: its visibility is {visibility!r}; use one of {', '.join(VISIBILITIES)}")
    order = _attribute(method, "__leaderboard_sort_order__")
    if order and order not in ORDERS:
        raise UnusableSuite(f"{key}: the leaderboard's order is {order!r}; use one of {', '.join(ORDERS)}")


def _attribute(method: Callable[..., Any], name: str) -> Any:
    """Return the value that a decorator set, wherever it stands in the chain of wrappers."""
    return next((getattr(layer, name) for layer in wrapped_chain(method) if hasattr(layer, name)), None)


def _flat(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from _flat(item)
        else:
            yield item


def _natural(number: str) -> list[tuple[int, str]]:
    """Return a key that sorts "1.10" after "1.9", "2.2" after "2a", and tests without a number last."""
    parts = re.findall(r"(\d*)(\D*)", number or "999999")
    return [(int(digits or 0), rest.replace(".", "~")) for digits, rest in parts]  # "~" sorts after letters
