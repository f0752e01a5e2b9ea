"""Imports a submission in steps, where one failure or one long training must not cost everything else.

A submission that trains or waits when it is imported runs statement by statement, without that. Each statement at the
top of a file has an allowance (`allowance.py`). One that takes longer is given up, and so are later ones that fail for
want of its names. Definitions, imports and quick assignments come through, so that the definitions of such a program
can be observed without training anew for each probe.

A notebook always runs cell by cell (`cell_by_cell.py`), and inside its cells by the same statements.
"""

import __future__

import ast
import asyncio
import importlib.machinery
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from autograder.wire.cells import FIRST, cells_of
from autograder.worker import cell_by_cell

_skipped: set[str] = set()  # statements that an earlier import of the same submission gave up: no need to wait again
LONGEST_PLACE = 200  # characters, as the answer declares
IMPORTS = (ast.Import, ast.ImportFrom)
UNLIMITED = (*IMPORTS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

given_up: list[str] = []  # "file.py, line 12", in the order of their running
Allowance = Callable[[], AbstractContextManager[None]]  # its block raises `TooLong` when a statement's time is used up


class TooLong(BaseException):
    """A statement has used its allowance up. Not an `Exception`, which a student's handler would catch."""


def install(
    workspace: Path, skipped: Sequence[str] = (), search: Sequence[str] = (), allowance: Allowance | None = None
) -> None:
    """From now on import modules that lie in this folder in steps: all of them, or the notebook alone.

    Args:
        workspace: absolute path of the submission's folder.
        skipped: statements that are given up at once, as `given_up` has them.
        search: folders in which its modules are looked for; that folder alone unless given.
        allowance: of each statement; without one, nothing is given up, and only a notebook is imported in steps.
    """
    _skipped.update(skipped)
    sys.meta_path.insert(0, _Finder(workspace, search or [str(workspace)], allowance))


def run(path: Path, name: str, module: ModuleType, allowance: Allowance | None) -> None:
    """Run a file's statements, one by one, in a module's namespace; those of a notebook cell by cell.

    Args:
        path: of the file.
        name: its name in `given_up`.
        module: where its names go.
        allowance: of each statement; None for no limit.

    Raises:
        SyntaxError: it is not Python.
        Exception: a statement raised, and none before it had been given up.
    """
    run_source = partial(_run_source, _Compiler(), module.__dict__, allowance or nullcontext)
    source = path.read_bytes()
    notebook = cells_of(source.decode("utf-8", "replace")) if source.startswith(FIRST.encode()) else None
    if notebook:
        asyncio.set_event_loop(_event_loop())  # a cell may make tasks for another one to await
        cell_by_cell.run(notebook, path.parent, run_source)
    else:
        run_source(source, str(path), name)


def _run_source(
    compiler: "_Compiler",
    names: dict[str, Any],
    allowance: Allowance,
    source: str | bytes,
    file: str,
    name: str,
    missed: Callable[[ModuleNotFoundError], None] | None = None,
) -> None:
    for code, statement in compiler.statements(source, file):
        place = f"{name}, line {statement.lineno}"[-LONGEST_PLACE:]
        if place in _skipped:
            given_up.append(place)
            continue
        try:
            with nullcontext() if isinstance(statement, UNLIMITED) else allowance():
                _execute(code, names)
        except TooLong:
            given_up.append(place)
        except Exception as error:
            if missed and isinstance(statement, IMPORTS) and isinstance(error, ModuleNotFoundError):
                missed(error)
            elif not given_up:
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


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: Path, workspace: Path, allowance: Allowance | None) -> None:
        super().__init__(name, str(path))
        self._workspace = workspace
        self._allowance = allowance

    def exec_module(self, module: ModuleType) -> None:
        path = Path(self.path)
        run(path, str(path.relative_to(self._workspace)), module, self._allowance)


class _Finder:
    """Finds modules in the workspace, and their submodules, before anything else does."""

    def __init__(self, workspace: Path, search: Sequence[str], allowance: Allowance | None) -> None:
        self._workspace = workspace
        self._search = search
        self._allowance = allowance

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path or self._search, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        file = Path(spec.loader.path)
        if not file.is_relative_to(self._workspace) or not (self._allowance or _is_from_a_notebook(file)):
            return None
        spec.loader = _Loader(name, file, self._workspace, self._allowance)
        return spec


def _is_from_a_notebook(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(FIRST)) == FIRST.encode()
