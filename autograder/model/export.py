"""A class's hand-ins, as a learning platform exports them."""

from dataclasses import dataclass

from autograder.model.hand_in import HandIn


@dataclass(frozen=True)
class Export:
    """The content of an export.

    Attributes:
        platform: `"folder"`, `"gradescope"`, `"canvas"` or `"moodle"`.
        hand_ins: one for each line of the gradebook, sorted by key.
        complaints: a sentence for the staff on each part of the export that could not be used: which, where, and
            what happened to it.
    """

    platform: str
    hand_ins: tuple[HandIn, ...]
    complaints: tuple[str, ...] = ()
