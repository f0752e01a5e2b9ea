"""Imports a submission in steps, where one failure or one long training must not cost everything else.

A submission that trains or waits when it is imported runs statement by statement, without that. Each statement at the
top of a file has an allowance of CPU time, and one of waiting; the first seconds of an import are free. One that takes
longer is given up, and so are later ones that fail for want of its names. Definitions, imports and quick assignments
come through, so that the definitions of such a program can be observed without training anew for each probe.

A notebook always runs cell by cell (`cell_by_cell.py`), and inside its cells by the same statements.
"""

import __future__

import ast
import asyncio
import importlib.machinery
import inspect
import math
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from autograder.wire.cells import FIRST, cells_of
from autograder.worker import cell_by_cell
from autograder.worker.activity import Activity

_skipped: set[str] = set()  # statements that an earlier import of the same submission gave up: no need to wait again
ALLOWANCE_S = 1.0  # CPU seconds; setting up a network or a data set takes less
FREE_S = 3.0  # CPU seconds of a whole import that cost no statement its place: each probe can pay for them
FREE_SHARE = 0.25  # of a process's CPU seconds, where that is less
WAITING_S = 3.0  # by the clock: for `sleep()`, a thread, a download or a process that sleeps
AGAIN_S = 0.1  # a handler of all exceptions in the student's loop must not swallow the end of it
LONGEST_PLACE = 200  # characters, as the answer declares
UNLIMITED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_free_until_s = 0.0  # of this process's CPU seconds
_activity: Activity | None = None  # since the statement began, or its clock last rang
given_up: list[str] = []  # "file.py, line 12", in the order of their running


class TooLong(BaseException):
    """A statement has used its allowance up. Not an `Exception`, which a student's handler would catch."""


def install(
    workspace: Path, skipped: Sequence[str] | None, search: Sequence[str] = (), limit_s: float = math.inf
) -> None:
    """From now on import modules that lie in this folder in steps: all of them, or the notebook alone.

    Args:
        workspace: absolute path of the submission's folder.
        skipped: statements that are given up at once, as `given_up` has them; None if nothing is given up. Only a
            notebook is imported in steps then.
        search: folders in which its modules are looked for; that folder alone unless given.
        limit_s: CPU seconds that the process has in all.
    """
    if skipped is not None:
        _skipped.update(skipped)
        global _free_until_s
        _free_until_s = time.process_time() + min(FREE_S, FREE_SHARE * limit_s)
        signal.signal(signal.SIGPROF, _end_statement)
        signal.signal(signal.SIGALRM, _end_waiting)
    sys.meta_path.insert(0, _Finder(workspace, search or [str(workspace)], limited=skipped is not None))


def run(path: Path, name: str, module: ModuleType, limited: bool = True) -> None:
    """Run a file's statements, one by one, in a module's namespace; those of a notebook cell by cell.

    Args:
        path: of the file.
        name: its name in `given_up`.
        module: where its names go.
        limited: whether statements have an allowance.

    Raises:
        SyntaxError: it is not Python.
        Exception: a statement raised, and none before it had been given up.
    """
    run_source = partial(_run_source, _Compiler(), module.__dict__, limited)
    source = path.read_bytes()
    notebook = cells_of(source.decode("utf-8", "replace")) if source.startswith(FIRST.encode()) else None
    if notebook:
        asyncio.set_event_loop(_event_loop())  # a cell may make tasks for another one to await
        cell_by_cell.run(notebook, path.parent, run_source)
    else:
        run_source(source, str(path), name)


def _run_source(
    compiler: "_Compiler", names: dict[str, Any], limited: bool, source: str | bytes, file: str, name: str
) -> None:
    for code, statement in compiler.statements(source, file):
        place = f"{name}, line {statement.lineno}"[-LONGEST_PLACE:]
        if place in _skipped:
            given_up.append(place)
            continue
        try:
            with _allowance(limited and not isinstance(statement, UNLIMITED)):
                _execute(code, names)
        except TooLong:
            given_up.append(place)
        except Exception:
            if not given_up:
                raise


class _Compiler:
    """Compiles statements one by one; imports from `__future__` hold for all after them, also in later cells."""

    def __init__(self) -> None:
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def statements(self, source: str | bytes, file: str) -> Iterator[tuple[CodeType, ast.stmt]]:
        """Yield each statement at the top of a source, compiled."""
        for statement in ast.parse(source, file).body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                self._flags |= sum(getattr(__future__, name.name).compiler_flag for name in statement.names)
            tree = ast.Module([statement], type_ignores=[])
            yield compile(tree, file, "exec", flags=self._flags, dont_inherit=True), statement


def _execute(code: CodeType, names: dict[str, Any]) -> None:
    """Run a statement; one that awaits at the top of a cell runs in the event loop, as in Jupyter."""
    if code.co_flags & inspect.CO_COROUTINE:
        _event_loop().run_until_complete(eval(code, names))
    else:
        exec(code, names)


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@contextmanager
def _allowance(limited: bool) -> Iterator[None]:
    """Raise TooLong in this block when its time is used up; an allowance inside another does nothing."""
    if not limited or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return
    global _activity
    _activity = Activity()
    signal.setitimer(signal.ITIMER_PROF, max(ALLOWANCE_S, _free_until_s - time.process_time()), AGAIN_S)
    signal.setitimer(signal.ITIMER_REAL, WAITING_S, WAITING_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end_statement(number: int, frame: FrameType | None) -> None:
    raise TooLong


def _end_waiting(number: int, frame: FrameType | None) -> None:
    """End a statement that has waited since the last call; one that computes has its allowance of CPU time."""
    if _activity is None or _activity.has_waited():
        raise TooLong


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: Path, workspace: Path, limited: bool) -> None:
        super().__init__(name, str(path))
        self._workspace = workspace
        self._limited = limited

    def exec_module(self, module: ModuleType) -> None:
        path = Path(self.path)
        run(path, str(path.relative_to(self._workspace)), module, self._limited)


class _Finder:
    """Finds modules in the workspace, and their submodules, before anything else does."""

    def __init__(self, workspace: Path, search: Sequence[str], limited: bool) -> None:
        self._workspace = workspace
        self._search = search
        self._limited = limited

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path or self._search, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        file = Path(spec.loader.path)
        if not file.is_relative_to(self._workspace) or not (self._limited or _is_from_a_notebook(file)):
            return None
        spec.loader = _Loader(name, file, self._workspace, self._limited)
        return spec


def _is_from_a_notebook(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(FIRST)) == FIRST.encode()
