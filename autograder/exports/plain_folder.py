"""Reads any other folder: each sub-folder, Python file or archive at its top is a hand-in, known by its name."""

from collections.abc import Sequence
from pathlib import PurePath

from autograder.exports.items import ARCHIVES, Item, gradable_of, quoted
from autograder.exports.keys import Label, keys_of
from autograder.model.export import Export
from autograder.model.hand_in import HandIn, Student

SOURCES = (".py", ".ipynb")


def is_hand_in(item: Item) -> bool:
    """Return whether an item is a hand-in, and not some other file."""
    return item.is_folder or item.is_archive or item.name.lower().endswith(SOURCES)


def read_plain_folder(items: Sequence[Item]) -> Export:
    """Return a hand-in for each item that can be one."""
    taken = [item for item in items if is_hand_in(item)]
    keys = keys_of([Label(_student_of(item), "", item.identity) for item in taken])
    complaints = [
        f"{quoted(item.name)}: this is neither a folder nor a Python file nor an archive; it is left out."
        for item in items
        if item.path and not is_hand_in(item)
    ]
    return Export("folder", tuple(map(_hand_in, keys, taken)), tuple(complaints))


def _hand_in(key: str, item: Item) -> HandIn:
    upload = gradable_of(item)
    return HandIn(key, (Student(_student_of(item)),), upload.path, problem=upload.problem, remarks=upload.remarks)


def _student_of(item: Item) -> str:
    """Return the name without its ending."""
    if item.is_folder:
        return item.name
    ending = next(
        (ending for ending in sorted(ARCHIVES, key=len, reverse=True) if item.name.lower().endswith(ending)), ""
    )
    return item.name[: -len(ending)] if ending else PurePath(item.name).stem
