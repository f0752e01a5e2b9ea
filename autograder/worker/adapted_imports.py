"""Adapts modules right after they are imported, whoever imports them and however late."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

Adapt = Callable[[ModuleType], None]
Load = Callable[[], None]


def _plainly(load: Load) -> None:
    load()


def install(
    adapted: Mapping[str, Adapt], before: Callable[[], object] = lambda: None, run: Callable[[Load], None] = _plainly
) -> None:
    """From now on adapt modules when they are imported.

    Args:
        adapted: for a module's full name the function that changes it.
        before: called when one of them has been asked for, and not been found yet.
        run: gets the function that loads the module, and calls it; again if it likes, after an error.
    """
    sys.meta_path.insert(0, _Finder(adapted, before, run))


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, and then adapts it."""

    def __init__(self, plain: importlib.abc.Loader, adapt: Adapt, run: Callable[[Load], None]) -> None:
        self._plain = plain
        self._adapt = adapt
        self._run = run

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._plain.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._run(lambda: self._plain.exec_module(module))
        self._adapt(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)  # such as get_source and the reader of resources


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, adapted: Mapping[str, Adapt], before: Callable[[], object], run: Callable[[Load], None]) -> None:
        self._adapted = adapted
        self._before = before
        self._run = run

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        adapt = self._adapted.get(name)
        if adapt is None:
            return None
        self._before()
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, adapt, self._run)
        return spec
