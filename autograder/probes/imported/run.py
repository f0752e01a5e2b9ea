"""The probe of every imported suite: runs one of its tests."""

import contextlib
import ctypes
import importlib
import io
import posixpath
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.probes.imported import near_side
from autograder.probes.imported.ending import Ending
from autograder.probes.imported.far_modules import FarModules, seed_both
from autograder.probes.imported.near_side import NearSide
from autograder.probes.imported.run_otter import run_otter
from autograder.probes.imported.run_pytest import run_pytest
from autograder.probes.imported.run_unittest import run_unittest
from autograder.probes.imported.suite_files import ROOT, SuiteFiles, read_files
from autograder.probes.submitted import Submitted
from autograder.wire.imported_test import ImportedTest, said

PR_SET_DUMPABLE = 4
RUNNERS = {"unittest": run_unittest, "pytest": run_pytest, "otter": run_otter}


def run_imported_test(
    submitted: Submitted,
    kind: str,
    file: str,
    group: str,
    name: str,
    modules: Mapping[str, Mapping[str, Any]],
    beside: Sequence[str] | None,
) -> ImportedTest:
    """Run one test of a suite; say how it ended.

    Args:
        submitted: the submission; in another process unless the suite runs beside it.
        kind: `"unittest"`, `"pytest"` or `"otter"`.
        file: path of its file below the suite's folder.
        group: its class, or a stand-in for one.
        name: of the function, or the number of the case.
        modules: the submission's modules; see `FarModules`.
        beside: the suite's files and folders in the working directory, where it runs beside the submission; None where
            the submission runs in another process.
    """
    sys.dont_write_bytecode = True  # a compiled file would be a copy of the suite, for anybody to read
    if beside is None:
        side, suite = _apart(submitted, modules)
    else:
        side, suite = None, SuiteFiles(read_files(Path.cwd(), beside), str(Path.cwd()))
    sys.meta_path.insert(0, suite)
    sys.path.insert(0, f"{suite.root}/{posixpath.dirname(file)}")  # as unittest's discovery and pytest have it
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        ending = RUNNERS[kind](suite, file, group, name, _names(modules, side))
    if side is not None:
        ending = _of_the_other_process(ending, side)
    return ImportedTest(
        ending=ending.kind,
        score=ending.score,
        leaderboard=ending.leaderboard,
        message=said(ending.message),
        printed=said(printed.getvalue().strip()),
    )


def _apart(submitted: Submitted, modules: Mapping[str, Mapping[str, Any]]) -> tuple[NearSide, SuiteFiles]:
    """Start the submission's process, and only then ask for the suite."""
    side = near_side.start()
    here = Path.cwd()  # where the submission can write a module at any moment
    sys.path[:] = [one for one in sys.path if Path(one).resolve() != here]
    # From now on no other process of this user reads the memory or the descriptors of this one.
    if ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError("the process of the tests cannot be closed to others")
    content = submitted.receive("suite")
    suite = SuiteFiles({name: bytes(one) for name, one in content.items()}, ROOT)
    suite.open_from_memory()
    sys.meta_path.insert(0, FarModules(side, modules))
    seed_both(side)
    return side, suite


def _names(modules: Mapping[str, Mapping[str, Any]], side: NearSide | None) -> Any:
    """Return what makes the names that a test of otter's finds: those of the student's notebook."""

    def names() -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, known in modules.items():
            module = importlib.import_module(name)
            if side is None:
                found.update(vars(module))
                continue
            found.update({one: getattr(module, one) for one in known["imports"]})
            for one in known["defines"]:
                with contextlib.suppress(AttributeError):  # then the test says that there is none
                    found[one] = getattr(module, one)
        return found

    return names


def _of_the_other_process(ending: Ending, side: NearSide) -> Ending:
    """Return the ending, given the state of the submission's process."""
    if side.gone:
        return Ending("gone", f"The submission's process did not answer: {side.gone}.")
    if side.crossings and ending.kind != "passed":
        return Ending("crossing", f"{side.crossings[0]} cannot cross to the submission's process")
    return ending
