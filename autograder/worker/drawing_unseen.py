"""Lets matplotlib draw without a screen, even if a program asks for an interactive backend."""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

BACKEND = "agg"

after_pyplot: list[Callable[[ModuleType], None]] = []  # called with pyplot when it is imported


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, and then adapts it."""

    def __init__(self, plain: importlib.abc.Loader, adapt: Callable[[ModuleType], None]) -> None:
        self._plain = plain
        self._adapt = adapt

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._plain.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._plain.exec_module(module)
        self._adapt(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)  # such as get_source and the reader of resources


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        adapt = ADAPTED.get(name)
        if adapt is None:
            return None
        os.environ["MPLBACKEND"] = BACKEND  # the submission may have asked for another one there
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, adapt)
        return spec


def _adapt_matplotlib(module: ModuleType) -> None:
    plain = module.use

    def use(backend: object = None, *, force: bool = True) -> None:
        plain(BACKEND, force=force)

    module.use = use  # type: ignore[attr-defined]


def _adapt_pyplot(module: ModuleType) -> None:
    plain = module.switch_backend

    def switch_backend(newbackend: object = None) -> None:
        plain(BACKEND)

    module.switch_backend = switch_backend  # type: ignore[attr-defined]
    for adapt in after_pyplot:
        adapt(module)


ADAPTED = {"matplotlib": _adapt_matplotlib, "matplotlib.pyplot": _adapt_pyplot}


def install() -> None:
    """From now on matplotlib draws into memory when it is imported."""
    sys.meta_path.insert(0, _Finder())
