"""Stands in for PyTorch Lightning's loggers that write for experiment trackers: takes every call and records nothing.

They look for the trackers' packages themselves, so the stand-ins for those packages do not help them.
"""

from types import ModuleType
from typing import Any

from autograder.worker import adapted_imports
from autograder.worker.experiment_trackers import Nothing, Run, Settings

LIBRARIES = ("lightning.pytorch", "pytorch_lightning")
LOGGERS = ("CometLogger", "LitLogger", "MLFlowLogger", "NeptuneLogger", "TensorBoardLogger", "WandbLogger")


def install() -> None:
    """From now on Lightning finds these loggers when it is imported."""
    adapted_imports.install({f"{library}.loggers": _adapt for library in LIBRARIES})


def _adapt(loggers: ModuleType) -> None:
    """Put stand-ins into the package of the loggers, and into the modules that define them."""
    for name in LOGGERS:
        plain = getattr(loggers, name, None)
        if plain is None:
            continue
        stand_in = _stand_in(name, loggers.Logger)
        for module in vars(loggers).copy().values():
            if isinstance(module, ModuleType) and module.__name__ == plain.__module__:
                setattr(module, name, stand_in)
        setattr(loggers, name, stand_in)


def _stand_in(name: str, base: type[Any]) -> type[Any]:
    """Return a logger that records nothing, a class derived from Lightning's own for all loggers."""

    class Offline(base):  # type: ignore[misc]
        name, version = "offline", 0

        def __init__(self, *positional: Any, config: Any = None, **named: Any) -> None:
            super().__init__()
            self.experiment = Run(Settings(config if isinstance(config, dict) else {}))

        def log_metrics(self, metrics: Any, step: Any = None) -> None:
            pass

        def log_hyperparams(self, params: Any, *positional: Any, **named: Any) -> None:
            pass

        def __getattr__(self, wanted: str) -> Nothing:
            if wanted.startswith("_"):  # protocols, and what Lightning asks whether it is there
                raise AttributeError(wanted)
            return Nothing()  # such as `watch` and `log_image`

    Offline.__name__ = Offline.__qualname__ = name
    return Offline
