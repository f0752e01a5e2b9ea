"""Modules of ours that a probe may import though the sandbox has no file of them: their sources come with the job."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from autograder.worker.run_probe import code_of


def install(sources: Mapping[str, str]) -> None:
    """Let modules be imported from these sources from now on.

    Args:
        sources: source text by full name, such as `"autograder.assignments.line_fit.observed"`; packages on the way
            to a module are made where they are missing.
    """
    if sources:
        sys.meta_path.insert(0, _Finder(sources))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules, and empty packages that lead to them, before the folders are searched."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._packages = {name[:end] for name in sources for end in range(len(name)) if name[end] == "."}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name in self._sources or name in self._packages:
            return importlib.machinery.ModuleSpec(name, self, is_package=name in self._packages)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Execute the source, which the zygote has compiled."""
        if module.__name__ in self._sources:
            exec(code_of(self._sources[module.__name__], module.__name__), module.__dict__)
