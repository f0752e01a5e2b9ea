"""Lists and reads a folder within the limits of every upload."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.intake import limits, sifting
from autograder.intake.limits import Entry
from autograder.model.failures import UnusableInput


@dataclass(frozen=True)
class Found:
    """A regular file of a folder: its name as text with "/", its path, and its size in bytes."""

    name: str
    path: Path
    size: int


def files_of(folder: Path) -> tuple[list[Found], dict[str, str]]:
    """Return the regular files of a folder, and for each entry that is passed over a clause that says why.

    Links, FIFOs and devices are passed over and never opened.

    Raises:
        RefusedUpload: there are too many files.
    """
    found: list[tuple[str, Found, str]] = []
    environments = _Environments()
    for visited, (root, folders, names) in enumerate(os.walk(folder, followlinks=False)):
        place = Path(root).relative_to(folder)
        folders[:] = filter(limits.is_wanted, folders)
        names = list(filter(limits.is_wanted, names))
        if environments.is_known(place, folders, names):  # one file of it is enough to name it
            folders.clear()
            continue
        links = [name for name in folders if Path(root, name).is_symlink()]
        found += (_found(Path(root, name), folder) for name in [*names, *links])
        if len(place.parts) > limits.MAX_DEPTH:
            folders.clear()  # all that lies below would be passed over one by one
        if max(len(found), visited) > limits.MAX_ENTRIES:
            raise sifting.too_many("upload", (name for name, _, _ in found))
    taken, passed_over = sifting.sifted(found)
    return [Found(name, file.path, file.size) for name, file in taken.items()], passed_over


def read_files(found: list[Found]) -> list[Entry]:
    """Return the files sorted by name, each with its content as long as there is room.

    Raises:
        UnusableInput: a file cannot be read, which the operator must fix.
    """
    fits = limits.fitting({file.name: file.size for file in found})
    entries = [(file.name, file.size, _content(file) if file.name in fits else None) for file in found]
    return sorted(entries, key=lambda entry: entry[0])


def _found(path: Path, folder: Path) -> tuple[str, Found, str]:
    name = limits.harmless_name(os.fsencode(path.relative_to(folder)).decode("utf-8", "replace"))
    status = path.lstat()
    why = "" if stat.S_ISREG(status.st_mode) else limits.A_LINK if path.is_symlink() else limits.NO_FILE
    return name, Found(name, path, status.st_size), why


def _content(file: Found) -> bytes:
    """Read no more bytes than the file had when it was listed."""
    try:
        with file.path.open("rb") as stream:
            return stream.read(file.size)
    except OSError as error:
        raise UnusableInput(f"{file.path}: cannot be read: {error.strerror}") from None


class _Environments:
    """The folders with installed packages, which hold tens of thousands of files, as a walk from the top meets them."""

    def __init__(self) -> None:
        self._marked: set[Path] = set()
        self._known: set[Path] = set()
        self._outermost = 0

    def is_known(self, place: Path, folders: list[str], names: list[str]) -> bool:
        """Return whether a folder belongs to an environment of which a file was met before.

        Args:
            place: the folder, relative to the upload.
            folders: in it.
            names: of the files in it.
        """
        if not place.parts:
            self._outermost = int(len(folders) + len(names) == 1)  # a folder around everything is none
        if len(place.parts) > self._outermost and not {*folders, *names}.isdisjoint(sifting.MARKS):
            self._marked.add(place)
        around = next((one for one in (*reversed(place.parents), place) if self._is_one(one)), None)
        if around is None or around in self._known:
            return around is not None
        if names:
            self._known.add(around)
        return False

    def _is_one(self, place: Path) -> bool:
        is_named = place.name in sifting.PACKAGES and len(place.parts) > self._outermost
        return is_named or place in self._marked
