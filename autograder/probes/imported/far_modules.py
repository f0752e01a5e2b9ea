"""The submission's modules in the test's process, and the seeds that both processes share."""

import importlib
import importlib.abc
import importlib.machinery
import random
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.probes.imported.near_side import NearSide


class FarModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the submission's modules in the other process."""

    def __init__(self, side: NearSide, modules: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the modules.

        Args:
            side: asks the other process.
            modules: by the name of each the names that the reference solution `defines` at its top, and its `imports`.
        """
        self._side = side
        self._modules = modules

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module of the submission's."""
        if name.partition(".")[0] not in self._modules:
            return None
        is_package = any(one.startswith(f"{name}.") for one in self._modules)
        return importlib.machinery.ModuleSpec(name, self, is_package=is_package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return a module whose names are asked for when they are used."""
        thing = self._side.ask("import", name=spec.name)
        known = self._modules.get(spec.name, {"defines": [], "imports": {}})
        module = ModuleType(spec.name)

        def attribute(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return getattr(thing, name)

        vars(module).update(self.libraries_of(known))
        vars(module).update(__getattr__=attribute, __all__=[*known["defines"], *known["imports"]])
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the other process has run it."""

    def libraries_of(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reference solution's imports from elsewhere, imported here: a test's `np` is NumPy."""
        found = {}
        for name, target in known["imports"].items():
            module, _, attribute = target.partition(":")
            if module.partition(".")[0] not in self._modules:
                here = importlib.import_module(module)
                found[name] = getattr(here, attribute) if attribute else here
        return found


def seed_both(side: NearSide) -> None:
    """From now on a seed that the test sets holds for the submission as well."""
    random.seed = _seeding(side, random.seed, "random")
    np.random.seed = _seeding(side, np.random.seed, "numpy")
    torch.manual_seed = _seeding(side, torch.manual_seed, "torch")


def _seeding(side: NearSide, here: Callable[..., Any], name: str) -> Callable[..., Any]:
    def seed(value: Any = None) -> Any:
        side.ask("seed", None, value, name=name)
        return here(value)

    return seed
