"""A whole class's hand-ins, as a learning platform gives them out."""

from dataclasses import dataclass

from autograder.model.hand_in import HandIn


@dataclass(frozen=True)
class Export:
    """What an export holds.

    Attributes:
        platform: `"folder"`, `"gradescope"`, `"canvas"` or `"moodle"`.
        hand_ins: one for each line of the gradebook, sorted by key.
        complaints: a sentence for the staff on each thing of the export that could not be used: what, where, and
            what became of it.
    """

    platform: str
    hand_ins: tuple[HandIn, ...]
    complaints: tuple[str, ...] = ()
