"""Stands in for experiment trackers such as wandb: accepts every call and records nothing."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Self

TRACKERS = ("wandb", "mlflow", "comet_ml", "neptune", "tensorboardX")
TENSORBOARD = "torch.utils.tensorboard"  # PyTorch's own, which needs a package that is not there


class Nothing:
    """An object that accepts every operation, does nothing, and returns itself."""

    def __call__(self, *positional: Any, **named: Any) -> Self:
        """Take whatever it is given."""
        return self

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__") and name.endswith("__"):  # protocols, such as that of copy or of NumPy
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        pass

    def __getitem__(self, key: Any) -> Self:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        pass

    def __str__(self) -> str:
        return "offline"


class Settings(dict[str, Any]):
    """A run's configuration, which programs read back, as items and as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the configuration of this run has no {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, *others: Any, **named: Any) -> None:
        """Take settings over; wandb's own option is none of them."""
        named.pop("allow_val_change", None)
        for other in others:
            super().update(other if isinstance(other, Mapping) else vars(other))
        super().update(named)


class Run(Nothing):
    """A run, of which the configuration alone is kept."""

    def __init__(self, config: Settings) -> None:
        object.__setattr__(self, "config", config)


class Tracker(ModuleType):
    """A module in which every name is there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # so that it may have submodules
        self.__version__ = "0"
        self.config = Settings()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Nothing()

    def init(self, *positional: Any, config: Any = None, **named: Any) -> Run:
        """Begin a run; the settings given are found in `config` afterwards, of the run and of the module."""
        if config is not None and not isinstance(config, str):
            self.config.update(config)
        return Run(self.config)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds trackers and their submodules when nothing else does, so a student's own module comes first."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in TRACKERS:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return Tracker(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Have nothing to execute."""


def install() -> None:
    """From now on trackers can be imported."""
    sys.meta_path.append(_Finder())
    sys.modules[TENSORBOARD] = Tracker(TENSORBOARD)
