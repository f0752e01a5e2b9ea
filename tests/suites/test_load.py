"""Suites that could not be judged fairly are refused before any student is graded."""

import functools
import sys
import unittest
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
    weight,
)
from timeout_decorator import timeout

from autograder import project
from autograder.checks import manual
from autograder.manifest import load_assignment
from autograder.model.assignment import RubricLine
from autograder.suites import load
from autograder.suites.load import UnusableSuite, load_suites, planned_tests
from tests.helpers import an_assignment, by_gradescope_utils, module_of, plan


def with_test(function: Callable[..., Any]) -> type[unittest.TestCase]:
    """Return a test case whose only test is this function."""
    return type("Suite", (unittest.TestCase,), {"test_it": function})


async def awaited(self: Any) -> None:
    """Fail, if anybody waited for it."""
    self.fail("this line never runs")


async def stream(self: Any) -> Any:
    """Yield asynchronously."""
    yield self.fail("nor does this")


def generator(self: Any) -> Any:
    """Yield."""
    self.fail("nor does this")
    yield


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("function", "word"), [(awaited, "asynchronous"), (stream, "asynchronous"), (generator, "yield")]
)
@pytest.mark.parametrize("wrapped", [weight(5), lambda f: partial_credit(5)(weight(5)(f))], ids=["weight", "stacked"])
def test_body_that_nobody_would_run_is_refused(function: Any, word: str, wrapped: Any) -> None:
    """Unittest calls it, gets a coroutine or a generator, and counts that as passed."""

    @functools.wraps(function)
    def copy(self: Any, **ignored: Any) -> Any:
        return function(self)

    suite = with_test(wrapped(copy))
    with pytest.raises(UnusableSuite, match=word) as caught:
        plan(suite)

    assert "Suite.test_it" in str(caught.value)
    assert by_gradescope_utils(suite)["score"] == 5, "gradescope-utils gives full marks"


def nothing(self: Any, **ignored: Any) -> None:
    """Pass."""


@pytest.mark.parametrize(
    ("decorated", "told"),
    [
        (weight(-1), "its weight is -1"),
        (weight(float("nan")), "its weight is nan"),
        (weight(float("inf")), "its weight is inf"),
        (weight("5"), "its weight is '5'"),
        (partial_credit(None), ""),
        (visibility("secret"), "its visibility is 'secret'"),
        (leaderboard("speed", "upwards"), "order is 'upwards'"),
    ],
)
def test_impossible_value_of_a_decorator_is_named(decorated: Any, told: str) -> None:
    """The author reads which test it is and which value."""
    function = functools.wraps(nothing)(lambda self, **ignored: None)
    suite = with_test(decorated(function))
    if not told:
        assert plan(suite)[0].weight is None
        return
    with pytest.raises(UnusableSuite) as caught:
        plan(suite)

    assert str(caught.value).startswith("Suite.test_it")
    assert told in str(caught.value)


@pytest.mark.parametrize("decorator", [visibility("hidden"), weight(5), hide_errors(""), tags("a"), number("1")])
def test_decorator_on_a_class_is_refused(decorator: Any) -> None:
    """It would do nothing: tests that the author believes hidden would be shown."""
    with pytest.raises(UnusableSuite, match="has no effect on a class"):
        plan(decorator(with_test(nothing)))


def test_all_that_decorators_say_is_planned() -> None:
    """Whatever their order, and whatever other decorators stand between."""

    @number("1.2b")
    @partial_credit(4)
    @timeout(5)
    @leaderboard("speed", "asc")
    @tags("a", "b")
    @visibility("after_due_date")
    @hide_errors("no")
    def test(self: Any, **setters: Any) -> None:
        """What the student reads.

        And what the author reads.
        """

    (planned,) = plan(with_test(test))

    assert (planned.key, planned.number, planned.weight) == ("Suite.test_it", "1.2b", 4)
    assert (planned.visibility, planned.tags, planned.hidden_errors) == ("after_due_date", ("a", "b"), "no")
    assert planned.leaderboard == ("speed", "asc")
    assert planned.title == "What the student reads."


def test_titles_fall_back_to_names() -> None:
    """A suite or a test without a docstring is called by its name, not by a base class's text."""

    class Undocumented(unittest.TestCase):
        def test_it(self) -> None:
            pass

    (planned,) = plan(Undocumented)

    assert (planned.suite, planned.title) == ("Undocumented", "Undocumented.test_it")
    assert (planned.weight, planned.number, planned.visibility) == (None, "", "")


def test_decorators_of_other_libraries_do_not_disturb() -> None:
    """mock.patch, a plain wrapper and a cache are between the author's decorators and the test."""

    @partial_credit(3)
    @mock.patch.object(sys, "argv", ["patched"])
    @functools.lru_cache
    def test(self: Any, set_score: Any = None) -> None:
        set_score(2 if sys.argv == ["patched"] else 0)

    from tests.helpers import outcome

    assert outcome(with_test(test)).score == 2


def test_only_a_modules_own_classes_are_its_tests() -> None:
    """An imported base class is not run a second time where it is imported."""
    base = with_test(nothing)
    base.__module__ = "somewhere_else"
    module = module_of("suites_of_its_own", Own=type("Own", (unittest.TestCase,), {"test_own": nothing}))
    module.Base = base  # type: ignore[attr-defined]

    assert [test.key for test in planned_tests(module)] == ["Own.test_own"]


class TwoModules:
    """A package of suites, made of classes; put in the place of an assignment's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **suites: type) -> None:
        """Make one module for each class."""
        package = ModuleType("autograder.assignments.small")
        package.__path__ = []
        names = [mock.Mock() for _ in suites]
        for info, name in zip(names, suites, strict=True):
            info.name = name
        modules = {f"{package.__name__}.{name}": suite for name, suite in suites.items()}
        monkeypatch.setitem(sys.modules, package.__name__, package)
        for name, suite in modules.items():
            monkeypatch.setitem(sys.modules, name, module_of(name, **{suite.__name__: suite}))
        monkeypatch.setattr(load.pkgutil, "iter_modules", lambda path: names)


def numbered(*numbers: str, points: float = 1) -> dict[str, Any]:
    """Return test methods with these numbers."""
    return {f"test_{i}": number(n)(weight(points)(lambda self: None)) for i, n in enumerate(numbers)}


def test_tests_come_in_the_order_of_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """1.10 follows 1.9, across files, and 2.1 follows 2a."""
    one = type("One", (unittest.TestCase,), numbered("1.10", "2.1", "1.9b", "2a"))
    two = type("Two", (unittest.TestCase,), numbered("1.9a", "10", "1.9"))
    TwoModules(monkeypatch, test_one=one, test_two=two)

    ordered = ["1.9", "1.9a", "1.9b", "1.10", "2a", "2.1", "10"]
    assert [test.number for test in load_suites(an_assignment(points=7))] == ordered


def test_weights_that_do_not_add_up_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest says how many points there are, so that a lost test is found."""
    TwoModules(monkeypatch, test_one=type("One", (unittest.TestCase,), numbered("1", "2", points=3)))
    with pytest.raises(UnusableSuite, match="add up to 6, the manifest says points = 10"):
        load_suites(an_assignment())

    assert len(load_suites(an_assignment(points=6))) == 2


def test_two_tests_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outcome belongs to one test."""
    one, two = (type("Same", (unittest.TestCase,), numbered("1")) for _ in range(2))
    TwoModules(monkeypatch, test_one=one, test_two=two)

    with pytest.raises(UnusableSuite, match=r"two files define Same\.test_0"):
        load_suites(an_assignment(points=2))


@pytest.mark.parametrize("slug", project.slugs())
def test_suites_of_every_assignment_load(slug: str) -> None:
    """Each suite that is shipped adds up, and each of its tests has a number, a title and a place."""
    tests = load_suites(load_assignment(slug))

    assert len({test.number for test in tests}) == len(tests)
    assert all(test.number and test.title != test.key for test in tests)


def test_rubric_line_for_an_item_that_nobody_judges_by_hand_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would never be shown; the message lists the items."""
    methods = numbered("1", points=3) | {"test_story": number("2")(manual(4)(lambda self: None))}
    TwoModules(monkeypatch, test_one=type("One", (unittest.TestCase,), methods))
    right, wrong = (RubricLine(item, "Says why", 2.0) for item in ("2", "1"))

    assert len(load_suites(an_assignment(points=7, rubric=(right,)))) == 2
    with pytest.raises(UnusableSuite, match="a line for 1, which is not an item that a person judges: use one of 2,"):
        load_suites(an_assignment(points=7, rubric=(right, wrong)))
