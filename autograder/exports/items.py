"""The items at the top of an export, and the upload that each of them holds."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.intake import limits
from autograder.intake.upload import READERS, UNREAD
from autograder.rendering.text import plain

LONGEST_SHOWN = 80
LISTED = 8
MAX_ENTRIES = 20_000  # of one hand-in, twice as many as intake takes: intake then explains the fault
ARCHIVES = (*READERS, *UNREAD)
LEFT_BY_SYSTEMS = (*limits.LEFT_UNASKED, ".DS_Store")


@dataclass(frozen=True)
class Item:
    """One file or folder at the top of an export.

    Attributes:
        name: as text, in any script; bytes that are not UTF-8 are replaced.
        path: its path; None if it cannot be used, and then `losses` says why.
        is_folder: whether it is a folder.
        losses: for each missing part a clause: "`a.py` is a link, which is not followed".
    """

    name: str
    path: Path | None
    is_folder: bool = False
    losses: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """A name that is unique in its folder; two names that are not UTF-8 may look alike."""
        return self.path.name if self.path else self.name

    @property
    def is_archive(self) -> bool:
        """Whether it is an archive, and so an upload by itself."""
        return not self.is_folder and self.name.lower().endswith(ARCHIVES)


@dataclass(frozen=True)
class Gradable:
    """The upload that an item holds.

    Attributes:
        path: as `take_submission` takes it; None if there is nothing to grade.
        problem: why there is nothing to grade, as a sentence for the staff.
        remarks: a sentence on each missing part.
    """

    path: Path | None
    problem: str = ""
    remarks: tuple[str, ...] = ()


def quoted(name: str) -> str:
    """Return a name from an export as one short line of text between backquotes."""
    line = " ".join(plain(name, 4 * LONGEST_SHOWN).replace("`", "'").split())
    return f"`{line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + '…'}`"


def listed(names: list[str]) -> str:
    """Return some names for a sentence."""
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return ", ".join(map(quoted, names[:LISTED])) + more


def items_of(folder: Path, lost: Mapping[str, str]) -> list[Item]:
    """Return the items of a folder, sorted by name, without the files that operating systems leave behind.

    Args:
        folder: the unpacked export.
        lost: for each path that could not be unpacked, relative to the folder and with "/", the reason as a clause.
    """
    losses: dict[str, list[str]] = {}
    for path, reason in lost.items():
        top = path.split("/", 1)[0]
        losses.setdefault(path if top in ("", ".", "..") else top, []).append(f"{quoted(path)} {reason}")
    found = {path.name: _item(path, losses.get(path.name, [])) for path in folder.iterdir()}
    for name, reasons in losses.items():
        found.setdefault(name, Item(name, None, name not in lost, _few(reasons)))
    return [found[name] for name in sorted(found) if not _is_left_by_systems(name)]


def gradable_of(item: Item) -> Gradable:
    """Return the upload that an item holds: a file, a folder that is not empty, or the only archive in a folder."""
    if item.path is None:
        return Gradable(None, f"There is nothing to grade: {'; '.join(item.losses)}.")
    remarks = tuple(f"Missing: {loss}." for loss in item.losses)
    if not item.is_folder:
        return Gradable(item.path, remarks=remarks)
    files = list(islice((path for path in _walked(item.path) if path.is_file()), 2))
    if not files:
        why = f" ({'; '.join(item.losses)})" if item.losses else ""
        return Gradable(None, f"There is nothing to grade: the folder {quoted(item.name)} is empty{why}.", remarks)
    if len(files) == 1 and files[0].name.lower().endswith(ARCHIVES):
        return Gradable(files[0], remarks=remarks)
    return Gradable(item.path, remarks=remarks)


def _item(path: Path, losses: list[str]) -> Item:
    name = _text(Path(path.name))
    why = _oddity(path)
    if why:
        return Item(name, None, losses=_few([*losses, f"{quoted(name)} {why}"]))
    odd = islice(((inner, _oddity(inner)) for inner in _walked(path)), MAX_ENTRIES) if path.is_dir() else ()
    inside = [f"{quoted(f'{name}/{_text(inner.relative_to(path))}')} {why}" for inner, why in odd if why]
    return Item(name, path, path.is_dir(), _few([*losses, *inside]))


def _few(losses: list[str]) -> tuple[str, ...]:
    more = [f"{len(losses) - LISTED:,} more like these"] if len(losses) > LISTED else []
    return (*losses[:LISTED], *more)


def _text(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _oddity(path: Path) -> str:
    """Return why a path is not used, as a clause; empty for files and folders that can be read."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"cannot be looked at ({limits.in_short(error)})"
    if stat.S_ISLNK(mode):
        return "is a link, which is not followed"
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return "is neither a file nor a folder"
    needed = os.R_OK | os.X_OK if stat.S_ISDIR(mode) else os.R_OK
    return "" if os.access(path, needed) else "cannot be read: there is no permission"


def _walked(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(filter(limits.is_wanted, folders))
        yield from (Path(root, name) for name in [*folders, *sorted(filter(limits.is_wanted, names))])


def _is_left_by_systems(name: str) -> bool:
    return name in LEFT_BY_SYSTEMS or name.startswith("._")
