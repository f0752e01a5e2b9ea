"""Reads the export of a whole class, from any learning platform."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.exports import canvas, gradescope, moodle, plain_folder
from autograder.exports.items import Item, items_of, quoted
from autograder.exports.unpack import unpack
from autograder.model.assignment import Upload
from autograder.model.export import Export
from autograder.model.failures import UnusableInput

GATHERED = "gathered"
MAX_WRAPPERS = 5
KINDS: Mapping[str, Callable[[Item], bool]] = {
    "gradescope": gradescope.is_submission,
    "canvas": canvas.is_sent,
    "moodle": moodle.is_handed,
}


def read_export(path: Path, unpack_to: Path) -> Export:
    """Return the hand-ins of a class, sorted by key.

    The names in the export tell its platform. Faults of a part are listed in the complaints or at the hand-in; all
    other parts are read.

    Args:
        path: a folder or a zip.
        unpack_to: a folder for unpacking and collecting files; created if needed, and used again by the next run.
            The hand-ins' paths may lie in it, so it must stay while they are graded.

    Raises:
        UnusableInput: it holds nothing to grade.
    """
    root, lost = _root(path, unpack_to)
    ours = unpack_to.resolve()  # people put the results' folder into the export
    around = [item for item in _listed(root, lost) if not ours.is_relative_to(root.resolve() / item.identity)]
    items, strays = _class_below(around, lost, path.stem) or (around, [])
    export = _read(items, unpack_to / GATHERED)
    complaints = (*strays, *export.complaints, *(_complaint(item) for item in items if item.losses))
    if not export.hand_ins:
        raise UnusableInput(
            f"{path}: there is nothing to grade in it. Give the export as it was downloaded, or a folder "
            f"with a folder, a .py file or an archive for each student.{''.join(f' {said}' for said in complaints[:5])}"
        )
    hand_ins = tuple(sorted(export.hand_ins, key=lambda hand_in: hand_in.key))
    return replace(export, hand_ins=hand_ins, complaints=complaints)


def _root(path: Path, unpack_to: Path) -> tuple[Path, Mapping[str, str]]:
    """Return the folder that holds the export, and the paths that could not be unpacked."""
    if path.is_dir():
        return path, {}
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    if not path.is_file() or path.suffix.lower() != ".zip":
        raise UnusableInput(f"{path}: this is neither a folder nor a .zip. Unpack it, and give the folder.")
    done = unpack(path, unpack_to)
    return done.root, done.lost


def _listed(folder: Path, lost: Mapping[str, str]) -> list[Item]:
    """Return the items of a folder without hidden files, unless a platform named them: a student's name may be `.`."""
    return [one for one in items_of(folder, lost) if not _is_hidden(one)]


def _is_hidden(item: Item) -> bool:
    return item.name.startswith(".") and item.path is not None and not any(is_its(item) for is_its in KINDS.values())


def _class_below(
    items: list[Item], lost: Mapping[str, str], stem: str, depth: int = MAX_WRAPPERS
) -> tuple[list[Item], list[str]] | None:
    """Return the items in the folder that wraps the whole class, if there is such a folder.

    Args:
        items: the possible wrapper, and the items beside it.
        lost: the paths that could not be unpacked, relative to the items' folder, and the reasons.
        stem: name of the zip or folder with these items.
        depth: how many wrappers may be nested.

    Returns:
        The items of the class, and complaints on the items beside the wrapper; None if there is no wrapper.
    """
    folders = [item for item in items if item.is_folder and item.path]
    beside = [item for item in items if item not in folders]
    is_class = platform_of(items) != "folder" or any(item.path and plain_folder.is_hand_in(item) for item in beside)
    if is_class or len(folders) != 1 or not depth:
        return None
    around = folders[0].path
    assert around
    inside = {
        path.removeprefix(f"{around.name}/"): why for path, why in lost.items() if path.startswith(f"{around.name}/")
    }
    inner = _listed(around, inside)
    below = _class_below(inner, inside, around.name, depth - 1)
    if below is None and not (around.name == stem or _is_class(inner)):
        return None
    found, complaints = below or (inner, [])
    return found, [*complaints, *map(_complaint_beside, beside)]


def _complaint_beside(item: Item) -> str:
    if item.losses:
        return _complaint(item)
    return f"{quoted(item.name)}: this lies beside the folder with the class; it is left out."


def _is_class(items: list[Item]) -> bool:
    """Return whether a single folder with these items holds a class, and not the upload of its only student."""
    if platform_of(items) != "folder":
        return True
    is_upload = any(item.name in Upload().required for item in items)
    return not is_upload and sum(map(plain_folder.is_hand_in, items)) > 1


def platform_of(items: list[Item]) -> str:
    """Return the platform that most of the names belong to; `"folder"` if they belong to none."""
    if any(item.name in gradescope.METADATA for item in items):
        return "gradescope"
    counts = {platform: sum(map(is_its, items)) for platform, is_its in KINDS.items()}
    platform = max(counts, key=lambda one: counts[one])
    return platform if items and 2 * counts[platform] >= len(items) else "folder"


def _read(items: list[Item], folder: Path) -> Export:
    platform = platform_of(items)
    if platform == "gradescope":
        return gradescope.read_gradescope(items)
    if platform == "canvas":
        return canvas.read_canvas(items, folder)
    if platform == "moodle":
        return moodle.read_moodle(items, folder)
    return plain_folder.read_plain_folder(items)


def _complaint(item: Item) -> str:
    """Say which parts of an item are missing; its hand-in says whether there is anything left to grade."""
    return f"Ignored: {'; '.join(item.losses)}."
