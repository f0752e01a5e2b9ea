"""Adapts modules right after they are imported, whoever imports them and however late."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

Adapt = Callable[[ModuleType], None]


def install(adapted: Mapping[str, Adapt], before: Callable[[], object] = lambda: None) -> None:
    """From now on adapt modules when they are imported.

    Args:
        adapted: for a module's full name the function that changes it.
        before: called when one of them has been asked for, and not been found yet.
    """
    sys.meta_path.insert(0, _Finder(adapted, before))


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, and then adapts it."""

    def __init__(self, plain: importlib.abc.Loader, adapt: Adapt) -> None:
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
    def __init__(self, adapted: Mapping[str, Adapt], before: Callable[[], object]) -> None:
        self._adapted = adapted
        self._before = before

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        adapt = self._adapted.get(name)
        if adapt is None:
            return None
        self._before()
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, adapt)
        return spec
