"""Runs one case of an otter test: a doctest, or a function of otter's newer format."""

import ast
import doctest
import importlib
import inspect
from dataclasses import replace
from typing import Any

from autograder.probes.imported.ending import Ending, ending_of
from autograder.probes.imported.suite_files import SuiteFiles

MOST_CHARACTERS = 1500


def run_otter(suite: SuiteFiles, file: str, group: str, name: str, names: Any) -> Ending:
    """Run a case on the names of the student's notebook."""
    try:
        return _doctest(suite, file, int(name), names()) if name.isdigit() else _function(file, name, names())
    except (Exception, SystemExit) as error:
        return Ending(*ending_of(error))


def _doctest(suite: SuiteFiles, file: str, number: int, names: dict[str, Any]) -> Ending:
    tree = ast.parse(suite.files[file])
    test = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "test"
    )
    cases = [(one, case) for one in test["suites"] for case in one["cases"]]
    one, case = cases[number]
    text = "\n".join(filter(None, [one.get("setup", ""), case["code"], one.get("teardown", "")]))
    parsed = doctest.DocTestParser().get_doctest(inspect.cleandoc(text), names, file, file, 0)
    runner = _Runner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, verbose=False)
    runner.run(parsed)
    if runner.tries and not runner.failures:
        return Ending("passed")
    said = runner.problem or Ending("failed", "The test holds no examples.")
    return replace(said, message=str(case.get("failure_message") or said.message))


class _Runner(doctest.DocTestRunner):
    """Notes the first example that fails."""

    problem: Ending | None = None

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        """Put it into one sentence, and the values below it."""
        text = f"{example.source.strip()} gives something else\nexpected {example.want.strip()}\nseen {got.strip()}"
        self.problem = self.problem or Ending("failed", text[:MOST_CHARACTERS])

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        """Say what was raised."""
        self.problem = self.problem or Ending(*ending_of(exc_info[1]))


def _function(file: str, name: str, names: dict[str, Any]) -> Ending:
    function = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
    takes = inspect.signature(function).parameters
    function(**{one: names if one == "env" else names[one] for one in takes})
    return Ending("passed")
