"""Lets matplotlib draw without a screen, even if a program asks for an interactive backend."""

import os
import sys
from collections.abc import Callable
from types import ModuleType

from autograder.worker import adapted_imports

BACKEND = "agg"

PYPLOT = "matplotlib.pyplot"

_after_pyplot: list[Callable[[ModuleType], None]] = []  # called with pyplot when it is imported


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
    for adapt in _after_pyplot:
        adapt(module)


def with_pyplot(adapt: Callable[[ModuleType], None]) -> None:
    """Call a function with pyplot: now if another library has imported it, or else when it is imported."""
    if PYPLOT in sys.modules:
        adapt(sys.modules[PYPLOT])
    else:
        _after_pyplot.append(adapt)


def _name_backend() -> None:
    os.environ["MPLBACKEND"] = BACKEND  # the submission may have asked for another one there


def install() -> None:
    """From now on matplotlib draws into memory when it is imported."""
    adapted_imports.install({"matplotlib": _adapt_matplotlib, PYPLOT: _adapt_pyplot}, _name_backend)
