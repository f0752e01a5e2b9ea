"""The bits that an upload carries out are counted, and too many are refused."""

import math
import sys
from types import ModuleType

import pytest
from gradescope_utils.autograder_utils.decorators import visibility, weight

from autograder.checks import SubmissionTestCase, discloses
from autograder.checks.disclosure import Disclosure
from autograder.suites import load
from autograder.suites.bits import ENDINGS, bits_of
from autograder.suites.load import UnusableSuite, load_suites
from tests.helpers import an_assignment


def test_tests_of_one_measurement_share_their_endings() -> None:
    """Steps multiply; separate measurements multiply everything."""
    assert bits_of([]) == 0
    assert bits_of([Disclosure("a", 2), Disclosure("a", 3, marks=1)]) == math.log2(3 * 5 + ENDINGS)
    assert bits_of([Disclosure("a", 31 - ENDINGS), Disclosure("b", 31 - ENDINGS)]) == 10


@pytest.mark.parametrize(
    ("steps", "when", "words"),
    [
        (300, "after_due_date", "8.3 bits of them with each upload"),
        (4, "visible", "decorate it with @visibility"),
    ],
)
def test_suite_that_tells_too_much_or_too_early_is_refused(
    steps: int, when: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading refuses it, and the message names the necessary change."""

    class Telling(SubmissionTestCase):
        @discloses("value", steps)
        @weight(10)
        @visibility(when)
        def test_it(self) -> None:
            """It tells."""

    package, module = ModuleType("autograder.assignments.small"), ModuleType("autograder.assignments.small.test_it")
    package.__path__ = []
    Telling.__module__ = module.__name__
    module.Telling = Telling  # type: ignore[attr-defined]
    for one in (package, module):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    names = [type("Info", (), {"name": "test_it"})]
    monkeypatch.setattr(load.pkgutil, "iter_modules", lambda path: names)

    with pytest.raises(UnusableSuite, match=words):
        load_suites(an_assignment())
