"""Reads the export of a whole class, of whichever learning platform."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.exports import canvas, gradescope, moodle, plain_folder
from autograder.exports.items import Item, items_of
from autograder.exports.unpacked import unpacked
from autograder.nouns.assignment import Upload
from autograder.nouns.export import Export
from autograder.project import UnusableInput

GATHERED = "gathered"
MAX_WRAPPERS = 5
KINDS: Mapping[str, Callable[[Item], bool]] = {
    "gradescope": gradescope.is_submission,
    "canvas": canvas.is_sent,
    "moodle": moodle.is_handed,
}


def read_export(path: Path, unpack_to: Path) -> Export:
    """Return the hand-ins of a class, sorted by key.

    Which platform it comes from is told by the names of what lies in it. What is wrong with a part of it is in the
    complaints or at the hand-in; the rest is read.

    Args:
        path: a folder or a zip.
        unpack_to: a folder for what must be unpacked or brought together; made if needed, and used again by the next
            run. The hand-ins' paths may lie in it, so it has to stay while they are graded.

    Raises:
        UnusableInput: there is nothing in it that could be graded.
    """
    root, lost = _root(path, unpack_to)
    items = _unwrapped(root, lost, path.stem)
    export = _read(items, unpack_to / GATHERED)
    complaints = (*export.complaints, *(_complaint(item) for item in items if item.losses))
    if not export.hand_ins:
        raise UnusableInput(
            f"{path}: there is nothing in it that could be graded. Give the export as it was downloaded, or a folder "
            f"with a folder, a .py file or an archive for each student.{''.join(f' {said}' for said in complaints[:5])}"
        )
    hand_ins = tuple(sorted(export.hand_ins, key=lambda hand_in: hand_in.key))
    return replace(export, hand_ins=hand_ins, complaints=complaints)


def _root(path: Path, unpack_to: Path) -> tuple[Path, Mapping[str, str]]:
    """Return the folder that holds the export, and what of it could not be unpacked."""
    if path.is_dir():
        return path, {}
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    if not path.is_file() or path.suffix.lower() != ".zip":
        raise UnusableInput(f"{path}: this is neither a folder nor a .zip. Unpack it, and give the folder.")
    done = unpacked(path, unpack_to)
    return done.root, done.lost


def _unwrapped(root: Path, lost: Mapping[str, str], stem: str) -> list[Item]:
    """Return what lies at the top, below the one folder that packing a folder puts around everything."""
    items = _listed(root, lost)
    for _ in range(MAX_WRAPPERS):
        if len(items) != 1 or not items[0].is_folder or items[0].path is None:
            break
        name = items[0].path.name
        inside = {path.removeprefix(f"{name}/"): why for path, why in lost.items() if path.startswith(f"{name}/")}
        inner = _listed(items[0].path, inside)
        if not _is_wrapper(items[0], inner, stem):
            break
        items, lost, stem = inner, inside, name
    return items


def _listed(folder: Path, lost: Mapping[str, str]) -> list[Item]:
    """Return what lies in a folder without hidden files, unless a platform named them: a student's name may be `.`."""
    items = items_of(folder, lost)
    return [one for one in items if not one.name.startswith(".") or any(is_its(one) for is_its in KINDS.values())]


def _is_wrapper(item: Item, inner: list[Item], stem: str) -> bool:
    """Return whether a lone folder holds the class, and is not the upload of its only student."""
    if platform_of([item]) != "folder":
        return False
    if platform_of(inner) != "folder" or item.name == stem:
        return True
    is_upload = any(one.name in Upload().required for one in inner)
    return not is_upload and sum(map(plain_folder.is_hand_in, inner)) > 1


def platform_of(items: list[Item]) -> str:
    """Return which platform most of the names are of; `"folder"` if they are no platform's."""
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
    """Say what of an item is missing, and what became of the rest."""
    rest = "the rest of it is graded" if item.path else "it is left out"
    return f"{'; '.join(item.losses)}: {rest}."
