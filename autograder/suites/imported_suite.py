"""The suite of an imported assignment: one test for each foreign one, judged by how that one ended."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils import decorators

from autograder.checks.case import SubmissionTestCase
from autograder.checks.not_at_home import not_at_home
from autograder.model.imported_suite import ForeignTest, ImportedSuite
from autograder.wire.imported_test import ImportedTest, read

STATED_IN = "imported.json"
Files = dict[str, npt.NDArray[np.uint8]]
HINTS = {
    "gone": "Look for exit(), quit(), sys.exit() or os._exit(), and for a crash of native code.",
    "crossing": "Return what the hand-out asks for: numbers, lists, arrays, tensors, or objects of your own classes.",
    "error": "Make the same call at home, and print the values in the line that failed.",
}


class ImportedTestCase(SubmissionTestCase):
    """Tests that run unchanged: their authors decide what they say about values."""

    discloses_in_steps = False


def imported_suite(folder: Path) -> ImportedSuite:
    """Return the suite of an assignment.

    Args:
        folder: of its definition.
    """
    return msgspec.json.decode((folder / STATED_IN).read_bytes(), type=ImportedSuite)


def cases_of(suite: ImportedSuite, module: str) -> dict[str, type[SubmissionTestCase]]:
    """Return a class for each heading, with a test for each foreign one, by the name of the class.

    Args:
        suite: whose tests are run.
        module: full name of the module that defines the classes.
    """
    headings = list(dict.fromkeys(test.suite for test in suite.tests))
    classes: dict[str, type[SubmissionTestCase]] = {}
    for place, heading in enumerate(headings, 1):
        tests = [test for test in suite.tests if test.suite == heading]
        methods = {f"test_{number}": _method_for(suite, test) for number, test in enumerate(tests, 1)}
        name = f"TestImported{place}"
        classes[name] = type(name, (ImportedTestCase,), {**methods, "__doc__": heading, "__module__": module})
    return classes


def question_for(suite: ImportedSuite, test: ForeignTest, data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the probe's arguments for a test, and its deferred inputs.

    Args:
        suite: which it belongs to.
        test: the test.
        data: the folder that holds the suite's files.
    """
    is_split = suite.mode == "split"
    arguments = {
        "kind": test.kind,
        "file": test.file,
        "group": test.group,
        "name": test.name,
        "modules": msgspec.to_builtins(suite.modules),
        "beside": None if is_split else list(suite.files),
    }
    return arguments, {"suite": files_of(data, suite.files)} if is_split else {}


def files_of(data: Path, names: tuple[str, ...]) -> Callable[[str], Files]:
    """Return what makes the deferred input: the suite's files by their paths, the same for each submission."""

    def files(digest: str) -> Files:
        tops = [data / name for name in names]
        found = [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*")))]
        return {
            path.relative_to(data).as_posix(): np.frombuffer(path.read_bytes(), np.uint8)
            for path in found
            if path.is_file() and "__pycache__" not in path.parts
        }

    return files


def _method_for(suite: ImportedSuite, test: ForeignTest) -> Callable[..., None]:
    def method(case: SubmissionTestCase, set_score: Any = None, set_leaderboard_value: Any = None) -> None:
        arguments, deferred = question_for(suite, test, case.evidence.data)
        seen = case.observe(ImportedTest, deferred, **arguments)
        if printed := read(seen.printed):
            case.remark(printed)
        if set_score is not None and seen.score is not None:
            if not math.isfinite(seen.score):  # a suite may work it out from the submission's answers
                hint = "Look for NaN and infinity in your code's results: the score is computed from them."
                case.fail_because(seen=f"The test sets the score {seen.score}, which is not a number.", hint=hint)
            set_score(seen.score)
        if set_leaderboard_value is not None and seen.leaderboard is not None:
            set_leaderboard_value(seen.leaderboard)
        if seen.ending != "passed":
            first, _, rest = read(seen.message).strip().partition("\n")
            case.fail_because(seen=first or "The test failed.", hint=HINTS.get(seen.ending, ""), detail=rest)

    method.__doc__ = test.title
    return _decorated(method, test)


def _decorated(method: Callable[..., None], test: ForeignTest) -> Callable[..., None]:
    """Return the test with gradescope-utils' decorators, as its author wrote them."""
    if test.partial:
        method = decorators.partial_credit(test.weight)(method)
    elif test.weight is not None:
        method = decorators.weight(test.weight)(method)
    if test.leaderboard:
        method = decorators.leaderboard(*test.leaderboard)(method)
    stated: Mapping[str, Any] = {
        "number": test.number,
        "visibility": test.visibility,
        "hide_errors": test.hidden_errors,
    }
    for name, value in stated.items():
        if value:
            method = getattr(decorators, name)(value)(method)
    if test.tags:
        method = decorators.tags(*test.tags)(method)
    return not_at_home(method)
