"""Reads `not_graded.toml`: mistakes that an assignment leaves unpunished, on purpose."""

from pathlib import Path

import msgspec
from msgspec import Struct

from autograder.model.failures import HarnessFailure

FILE = "not_graded.toml"


class UnusableNames(HarnessFailure):
    """The file cannot be read; names it, and says what to do."""


class NotGraded(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of the reference that cost nothing, on purpose.

    Attributes:
        operator: name of the operator.
        code: the line that it changes, without indentation; empty for every line.
        reason: why it is not graded.
    """

    operator: str
    reason: str
    code: str = ""

    def fits(self, operator: str, code: str) -> bool:
        """Return whether this is about a change of that line by that operator."""
        return self.operator == operator and self.code in ("", code)


class _File(Struct, forbid_unknown_fields=True):
    not_graded: tuple[NotGraded, ...] = ()


def read_not_graded(folder: Path) -> tuple[NotGraded, ...]:
    """Return what an assignment's folder names; nothing if there is no such file.

    Raises:
        UnusableNames: the file does not have the right form.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_File).not_graded
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnusableNames(
            f"{folder.name}/{FILE}: {error}: write [[not_graded]] with operator, reason and, if needed, code"
        ) from None
