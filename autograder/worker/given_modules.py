"""Lets a child import modules whose sources came with its job, since the harness's files are out of its reach."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

from autograder.worker.run_probe import code_of


class GivenModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of a job, and the packages that they lie in, before anything else does."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Take the modules.

        Args:
            sources: full name of each module to its source text.
        """
        self._sources = sources

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module of the job, or of a package around one that is not imported yet."""
        is_package = any(one.startswith(f"{name}.") for one in self._sources)
        if name not in self._sources and not is_package:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=is_package)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source; a package around it stays empty."""
        exec(code_of(self._sources.get(module.__name__, ""), module.__name__), module.__dict__)


def install(sources: Mapping[str, str]) -> None:
    """From now on import these modules by their names."""
    if sources:
        sys.meta_path.insert(0, GivenModules(sources))
