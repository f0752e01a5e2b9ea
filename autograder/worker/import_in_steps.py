"""Imports a submission that trains when it is imported, without the training.

Each statement at the top of a file runs with an allowance of CPU time. One that takes longer is given up, and
so are later ones that fail for want of its names. Definitions, imports and quick assignments come through, so
that the definitions of such a program can be observed without training anew for each probe.
"""

import __future__

import ast
import importlib.machinery
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

_skipped: set[str] = set()  # statements that an earlier import of the same submission gave up: no need to wait again
ALLOWANCE_S = 1.0  # CPU seconds; setting up a network or a data set takes less
AGAIN_S = 0.1  # a handler of all exceptions in the student's loop must not swallow the end of it
LONGEST_PLACE = 200  # characters, as the answer declares
UNLIMITED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

given_up: list[str] = []  # "file.py, line 12", in the order of their running


class TooLong(BaseException):
    """A statement has used its allowance up. Not an `Exception`, which a student's handler would catch."""


def install(workspace: Path, skipped: Sequence[str], search: Sequence[str] = ()) -> None:
    """From now on import modules that lie in this folder, statement by statement.

    Args:
        workspace: absolute path of the submission's folder.
        skipped: statements that are given up at once, as `given_up` has them.
        search: folders in which its modules are looked for; that folder alone unless given.
    """
    _skipped.update(skipped)
    signal.signal(signal.SIGPROF, _end_statement)
    sys.meta_path.insert(0, _Finder(workspace, search or [str(workspace)]))


def run(path: Path, name: str, module: ModuleType) -> None:
    """Run a file's statements, one by one, in a module's namespace.

    Args:
        path: of the file.
        name: its name in `given_up`.
        module: where its names go.

    Raises:
        SyntaxError: it is not Python.
        Exception: a statement raised, and none before it had been given up.
    """
    for code, statement in _statements(path):
        place = f"{name}, line {statement.lineno}"[-LONGEST_PLACE:]
        if place in _skipped:
            given_up.append(place)
            continue
        try:
            with _allowance(not isinstance(statement, UNLIMITED)):
                exec(code, module.__dict__)
        except TooLong:
            given_up.append(place)
        except Exception:
            if not given_up:
                raise


def _statements(path: Path) -> Iterator[tuple[CodeType, ast.stmt]]:
    """Yield each statement at the top of a file, compiled; imports from `__future__` hold for all after them."""
    flags = 0
    for statement in ast.parse(path.read_bytes(), str(path)).body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            flags |= sum(getattr(__future__, name.name).compiler_flag for name in statement.names)
        tree = ast.Module([statement], type_ignores=[])
        yield compile(tree, str(path), "exec", flags=flags, dont_inherit=True), statement


@contextmanager
def _allowance(limited: bool) -> Iterator[None]:
    """Raise TooLong in this block when its CPU time is used up; an allowance inside another does nothing."""
    if not limited or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, ALLOWANCE_S, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end_statement(number: int, frame: FrameType | None) -> None:
    raise TooLong


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: Path, workspace: Path) -> None:
        super().__init__(name, str(path))
        self._workspace = workspace

    def exec_module(self, module: ModuleType) -> None:
        path = Path(self.path)
        run(path, str(path.relative_to(self._workspace)), module)


class _Finder:
    """Finds modules in the workspace, and their submodules, before anything else does."""

    def __init__(self, workspace: Path, search: Sequence[str]) -> None:
        self._workspace = workspace
        self._search = search

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path or self._search, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        file = Path(spec.loader.path)
        if not file.is_relative_to(self._workspace):
            return None
        spec.loader = _Loader(name, file, self._workspace)
        return spec
