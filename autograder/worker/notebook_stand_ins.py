"""Stands in for the notebook around programs: `get_ipython`, IPython's `display`, Colab, Kaggle, progress bars.

Commands of a notebook work as far as they can here. A cell under `%%time` runs and `%%writefile` writes; the others do
nothing, and say so on the output.
"""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.worker.experiment_trackers import Nothing
from autograder.worker.widget_stand_ins import of_name

PACKAGES = (
    "IPython", "google.colab", "ipywidgets", "ipykernel", "matplotlib_inline", "nest_asyncio", "kaggle_secrets",
    "kaggle_datasets", "dotenv",
)  # fmt: skip
RUNNING = ("time", "timeit", "capture", "prun", "memit", "mprun")  # magics around code that a program needs
WRITING = ("writefile", "file")


class Shell:
    """The object that `get_ipython()` returns."""

    config: dict[str, Any] = {}  # noqa: RUF012  # programs look for "IPKernelApp" in it, and none is here

    def run_line_magic(self, name: str, line: str = "", _stack_depth: int = 1, **named: Any) -> Any:
        """Run the statement behind `%time` and its like; say of other commands that they do nothing here."""
        if name in RUNNING and line.strip():
            return _run(line, sys._getframe(_stack_depth).f_globals)
        return _say(f"%{name} {line}")

    def run_cell_magic(self, name: str, line: str = "", cell: str = "") -> Any:
        """Run the cell under `%%time` and its like, and write that under `%%writefile`."""
        if name in RUNNING:
            return _run(cell, sys._getframe(1).f_globals)
        if name in WRITING:
            Path(line.split()[-1]).write_text(cell, encoding="utf-8")
            return None
        return _say(f"%%{name} {line}")

    def magic(self, line: str) -> Any:
        """Run a command in the old notation, such as `magic("matplotlib inline")`."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest, _stack_depth=2)

    def system(self, command: str) -> None:
        """Say that no shell runs here."""
        _say(f"!{command}")

    def getoutput(self, command: str, **named: Any) -> list[str]:
        """Return no lines."""
        _say(f"!{command}")
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Nothing()


def _run(code: str, names: dict[str, Any]) -> None:
    exec(compile(code, "<cell>", "exec"), names)


def _say(command: str) -> None:
    print(f"Not run here: {command.strip()}")


SHELL = Shell()


def get_ipython() -> Shell:
    """Return the shell of the notebook."""
    return SHELL


def display(*shown: Any, **named: Any) -> None:
    """Print each object as text."""
    for one in shown:
        if not isinstance(one, Nothing):
            print(one)


class Offline(ModuleType):
    """A module that has every name; all of them do nothing, except the given ones."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.get_ipython = get_ipython
        if name != "IPython":  # there the name is that of a module
            self.display = display

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if (self.__name__, name) == ("IPython", "display"):
            return importlib.import_module("IPython.display")
        return of_name(name) if self.__name__.partition(".")[0] == "ipywidgets" else Nothing()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds these packages last, so that real packages and a student's own modules come first."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        parts = name.split(".")
        known = any(".".join(parts[: len(package.split("."))]) == package for package in PACKAGES)
        if not known and name != "google":
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return Offline(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Have nothing to execute."""


class _Bars(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads plain progress bars for `tqdm.notebook`, whose own need a browser."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name == "tqdm.notebook" else None

    def exec_module(self, module: ModuleType) -> None:
        std = importlib.import_module("tqdm.std")

        class tqdm(std.tqdm):  # type: ignore[name-defined, misc]
            """A plain bar, which takes the options of a notebook's."""

            def __init__(self, *positional: Any, display: bool = True, **named: Any) -> None:
                super().__init__(*positional, **named)

        def trange(*bounds: int, **named: Any) -> tqdm:
            return tqdm(range(*bounds), **named)

        module.__dict__.update(tqdm=tqdm, tqdm_notebook=tqdm, trange=trange, tnrange=trange)


def install() -> None:
    """From now on programs exported from a notebook find the names that they use."""
    builtins.get_ipython = get_ipython  # type: ignore[attr-defined]
    builtins.display = display  # type: ignore[attr-defined]
    sys.meta_path.insert(0, _Bars())
    sys.meta_path.append(_Finder())
