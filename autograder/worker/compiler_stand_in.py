"""Stands in for torch's compiler where nothing is compiled, because importing it costs as much as importing torch.

Each step of an optimizer imports `torch._dynamo`, only to tell the compiler where its graph ends. The stand-in answers
such calls, which do nothing outside of a compiled function. It makes way for the real package as soon as a program, or
torch itself, asks for anything else.
"""

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import torch

NAME = "_dynamo"
COMPILER = f"torch.{NAME}"
UTILITIES = f"{COMPILER}.utils"
CACHE = "TORCHINDUCTOR_CACHE_DIR"  # which the child sets to a folder of its own
MONITOR = "torch.profiler._cupti_monitor"  # which a process's first step imports
_finders: list[list[Any]] = []  # for modules, and for folders


def install() -> None:
    """From now on the compiler is imported when it is needed, by the finders of now; does nothing where it is there."""
    with contextlib.suppress(ImportError):  # torch would import the compiler to say that it was not found
        importlib.import_module(MONITOR)
    if COMPILER not in sys.modules:
        sys.meta_path.insert(0, _Parts())
        _finders[:] = [*sys.meta_path], [*sys.path_hooks]
        sys.modules[COMPILER] = torch.__dict__[NAME] = _StandIn(COMPILER)


@contextlib.contextmanager
def in_reach() -> Iterator[None]:
    """Let libraries that are imported inside, such as torchvision, ask for the compiler without importing it.

    They hear that it serves the CPU, as the real one says; then they call `torch.compile`, which returns its argument.
    """
    if not _stands_in():
        yield
        return
    answer = ModuleType(UTILITIES)
    answer.is_compile_supported = _serves_cpu  # type: ignore[attr-defined]
    sys.modules[UTILITIES] = answer
    try:
        yield
    finally:
        if sys.modules.get(UTILITIES) is answer:
            del sys.modules[UTILITIES]


@contextlib.contextmanager
def without_traces() -> Iterator[None]:
    """Remove the folder that the compiler makes for its files, as soon as it is imported, once the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[CACHE] = folder
        try:
            yield
        finally:
            del os.environ[CACHE]


class _StandIn(ModuleType):
    """The package, as far as torch uses it without compiling."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # so that it may have submodules

    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Do nothing, as outside of every compiled function."""

    @staticmethod
    def disable(fn: Callable[..., Any] | None = None, recursive: bool = True, **options: Any) -> Any:
        """Return a function as it is; without one, a decorator."""
        return (lambda function: function) if fn is None else fn

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):  # such as those that the import system looks for
            raise AttributeError(name)
        return getattr(_real(), name)


class _Parts(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the real package in when one of its parts is imported."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not name.startswith(f"{COMPILER}.") or not _stands_in():
            return None
        package = _real()
        if name in sys.modules:  # the package has imported it
            return importlib.machinery.ModuleSpec(name, self, loader_state=sys.modules[name].__spec__)
        return importlib.machinery.PathFinder.find_spec(name, package.__path__)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return sys.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Leave a module that has run as it was."""
        assert module.__spec__
        module.__spec__ = module.__spec__.loader_state


def _serves_cpu(device_type: str) -> bool:
    return torch.device(device_type).type == "cpu"


def _stands_in() -> bool:
    return isinstance(sys.modules.get(COMPILER), _StandIn)


def _real() -> ModuleType:
    """Return the real package, which takes seconds to import; the stand-in stays where that fails."""
    if not _stands_in():
        return importlib.import_module(COMPILER)
    stand_in = sys.modules.pop(COMPILER)
    torch.__dict__.pop(NAME, None)
    try:
        with _our_finders():
            return importlib.import_module(COMPILER)
    except BaseException:
        sys.modules[COMPILER] = torch.__dict__[NAME] = stand_in
        raise


@contextlib.contextmanager
def _our_finders() -> Iterator[None]:
    """Find modules as before a program's own import hooks: at home torch needs none of its files so late."""
    lists: tuple[list[Any], ...] = (sys.meta_path, sys.path_hooks)
    before = [[*one] for one in lists]
    for one, kept in zip(lists, _finders, strict=True):
        one[:] = kept
    sys.path_importer_cache.clear()
    try:
        yield
    finally:
        for one, kept in zip(lists, before, strict=True):
            one[:] = kept
        sys.path_importer_cache.clear()
