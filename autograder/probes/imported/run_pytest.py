"""Runs one test function of a pytest suite, with its fixtures, in each of its parametrizations."""

import ast
import contextlib
import importlib
import importlib.metadata
import io
import os
from pathlib import Path
from typing import Any

from autograder.probes.imported.ending import Ending
from autograder.probes.imported.suite_files import SuiteFiles

MOST_CHARACTERS = 1500
OPTIONS = [
    "-q", "--capture=sys", "--tb=short", "-W", "ignore", "-p", "no:cacheprovider",
    # Nothing in the working directory counts, where the submission could put it.
    "--noconftest", "-c", os.devnull,
]  # fmt: skip


def run_pytest(suite: SuiteFiles, file: str, group: str, name: str, names: Any) -> Ending:
    """Run a test; it has passed if each of its parametrizations has, and there is one."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest = importlib.import_module("pytest")  # half a second, which no other probe should pay for
    from _pytest.assertion.rewrite import rewrite_asserts  # the module is not a file, as pytest's own hook needs it

    def code_of(text: str, origin: str) -> Any:
        tree = ast.parse(text, origin)
        rewrite_asserts(tree, text.encode(), origin)
        return compile(tree, origin, "exec")

    suite.code_of = code_of  # type: ignore[method-assign]
    module_name = file.removesuffix(".py").replace("/", ".")

    class OneModule(pytest.Module):  # type: ignore[misc, name-defined]
        def _getobj(self) -> Any:
            return importlib.import_module(module_name)

    class Plugin:
        passed, reports = 0, list[Any]()

        def pytest_collect_file(self, file_path: Any, parent: Any) -> Any:
            return OneModule.from_parent(parent, path=file_path)

        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            items[:] = [one for one in items if _is(one, group, name)]

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed or report.skipped:
                self.reports.append(report)
            elif report.when == "call":
                self.passed += 1

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                self.reports.append(report)

    plugin = Plugin()
    with contextlib.redirect_stdout(io.StringIO()):
        some_file = _some_file()
        here = some_file.parent
        options = [*OPTIONS, f"--rootdir={here}", f"--confcutdir={here}", str(some_file)]
        pytest.main(options, plugins=[plugin, *_fixtures_of(suite, file)])
    print("".join(report.capstdout for report in plugin.reports))
    return _ending(plugin.passed, plugin.reports)


def _some_file() -> Path:
    """Return a file in place of which the module is collected: pytest takes nothing that does not exist."""
    files = importlib.metadata.files("pytest") or []
    return Path(str(next(one for one in files if one.name == "METADATA").locate()))


def _is(item: Any, group: str, name: str) -> bool:
    of_class = item.cls.__name__ if item.cls else ""
    return (item.originalname, of_class) == (name, group)


def _fixtures_of(suite: SuiteFiles, file: str) -> list[Any]:
    """Return the modules `conftest` above a test's file, outermost first."""
    parts = file.split("/")[:-1]
    folders = ["/".join(parts[:count]) for count in range(len(parts) + 1)]
    paths = [f"{folder}/conftest.py" if folder else "conftest.py" for folder in folders]
    return [
        importlib.import_module(path.removesuffix(".py").replace("/", ".")) for path in paths if path in suite.files
    ]


def _ending(passed: int, reports: list[Any]) -> Ending:
    if not reports:
        return Ending("passed") if passed else Ending("error", "pytest ran no test of this name.")
    first = reports[0]
    if first.skipped:
        return Ending("skipped", "Skipped.")
    text = str(first.longrepr)
    lines = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
    said = "\n".join(lines)[:MOST_CHARACTERS] or text[-MOST_CHARACTERS:]
    is_assertion = said.startswith(("assert", "AssertionError", "Failed"))
    return Ending("failed" if is_assertion else "error", said.removeprefix("AssertionError: "))
