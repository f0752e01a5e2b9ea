"""What the authors of probes work with: a handle on the submission under observation."""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograder.inside.channel import Channel


class MissingName(Exception):
    """The submission does not define something that the assignment's interface asks for."""


class UnexpectedResult(Exception):
    """A function of the submission returned something that the assignment's interface does not allow."""


class Submitted:
    """The student's module, imported when it is first used.

    Attributes:
        importing: True while the import is under way, so that its errors can be told apart.
    """

    def __init__(self, entry: str, channel: Channel) -> None:
        self.importing = False
        self._entry = entry
        self._channel = channel

    @property
    def module(self) -> ModuleType:
        """The imported module."""
        self.importing = True
        module = importlib.import_module(self._entry)
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
            raise MissingName(f"{self._entry}.py does not define `{name}`") from None

    def receive(self, name: str) -> Any:
        """Return the late input `name`, which enters the sandbox only now.

        Call it when whatever must not know the input, such as training, has ended.
        """
        return self._channel.ask(name)
