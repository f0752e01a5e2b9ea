"""The submission under observation, as probes handle it."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.wire.declaration import Observed
from autograder.wire.entry import Entry


class MissingName(Exception):
    """The submission does not define something that the assignment's interface asks for."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class UnexpectedResult(Exception):
    """A function of the submission returned something that the assignment's interface does not allow."""


class UnusableFile(UnexpectedResult):
    """A file of the upload is missing, or does not have the required form."""


class Submitted:
    """The student's module, imported when it is first used.

    Attributes:
        importing: True while the import is under way, so that its errors can be told apart.
    """

    def __init__(self, entry: str, ask: Callable[[str, dict[str, Any]], Any]) -> None:
        """Name the submission; nothing is imported yet.

        Args:
            entry: the module or package to import, such as `"submitted"` (`wire/entry.py`).
            ask: returns a deferred input by its name; also gets the texts kept so far.
        """
        self.importing = False
        self._kept: dict[str, Any] = {}
        self._entry = Entry.of(entry)
        self._ask = ask

    @property
    def entry(self) -> Entry:
        """The module or package that is imported."""
        return self._entry

    @property
    def module(self) -> ModuleType:
        """The imported module."""
        self.importing = True
        try:
            module = importlib.import_module(self._entry.module)
        except ModuleNotFoundError as error:
            if not f"{self._entry.module}.".startswith(f"{error.name}.") or self._entry.is_in(Path()):
                raise
            raise UnusableFile(f"there is no `{self._entry.files[0]}` in the upload") from None
        self.importing = False
        return module

    def get(self, name: str) -> Callable[..., Any]:
        """Return the attribute `name` of the module.

        Raises:
            MissingName: there is none; says so in words for the student.
        """
        try:
            return getattr(self.module, name)  # type: ignore[no-any-return]
        except AttributeError:
            raise MissingName(f"{self._entry.file_in(Path())} does not define `{name}`", name) from None

    def keep(self, declared: type[Observed] | None = None, /, **observed: Any) -> None:
        """Keep results that count even if a budget ends the probe later.

        Tests then get the declared struct if all fields that have no default were kept.

        Args:
            declared: the struct that the probe returns.
            **observed: fields of it, or functions that return them when the time comes. Of a list that goes on growing
                the latest state counts. The text `progress` is shown to the student.

        Raises:
            TypeError: there is no such field.
        """
        if declared and (unknown := sorted(observed.keys() - declared.__rules__.keys())):
            raise TypeError(f"{declared.__name__} has no field {unknown[0]!r}")
        self._kept.update(observed)

    @property
    def kept(self) -> dict[str, Any]:
        """The data that the probe has kept so far, by name."""
        return {name: value() if callable(value) else value for name, value in self._kept.items()}

    def receive(self, name: str) -> Any:
        """Return the deferred input `name`, which enters the sandbox only now.

        Call it after everything that must not know the input, such as training. Keep the fields that hold texts before:
        the grader shows none that could tell of the input, and takes them as they are kept now.
        """
        return self._ask(name, {field: value for field, value in self.kept.items() if _holds_text(value)})


def _holds_text(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_text, [*value.keys(), *value.values()]))
    return any(map(_holds_text, value)) if isinstance(value, (list, tuple)) else isinstance(value, str)
