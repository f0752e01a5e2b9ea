"""Runs one test of a `unittest.TestCase`, with the set-up of its class and its module."""

import importlib
import unittest
from typing import Any

from autograder.probes.imported.ending import Ending, ending_of
from autograder.probes.imported.suite_files import SuiteFiles


class _Result(unittest.TestResult):
    """Notes that the test succeeded, or the first reason why it did not."""

    def __init__(self) -> None:
        super().__init__()
        self.succeeded = False
        self.error: BaseException | None = None
        self.skipped_for = ""

    def addSuccess(self, test: Any) -> None:
        self.succeeded = True

    def addError(self, test: Any, err: Any) -> None:
        self.error = self.error or err[1]

    addFailure = addError

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self.error = self.error or err[1]

    def addSkip(self, test: Any, reason: str) -> None:
        self.skipped_for = reason or "without a reason"


def run_unittest(suite: SuiteFiles, file: str, group: str, name: str, names: Any) -> Ending:
    """Run a test; one that is skipped, or is expected to fail, has not passed."""
    result = _Result()
    try:
        module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
        case = getattr(module, group)(name)
        unittest.TestSuite([case]).run(result)
    except (Exception, SystemExit) as error:
        return Ending(*ending_of(error))
    set_by_test = _set_by_decorators(getattr(type(case), name))
    if result.error is not None:
        return Ending(*ending_of(result.error), **set_by_test)
    if result.skipped_for:
        return Ending("skipped", f"Skipped: {result.skipped_for}.")
    return Ending("passed", **set_by_test) if result.succeeded else Ending("failed", "The test did not succeed.")


def _set_by_decorators(method: Any) -> dict[str, Any]:
    """Return what the test passed to gradescope-utils' `set_score` and `set_leaderboard_value`."""
    found: dict[str, Any] = {"score": None, "leaderboard": None}
    while method is not None:
        found["score"] = vars(method).get("__score__", found["score"])
        found["leaderboard"] = vars(method).get("__leaderboard_value__", found["leaderboard"])
        method = getattr(method, "__wrapped__", None)
    return {key: None if value is None else float(value) for key, value in found.items()}
