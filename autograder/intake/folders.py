"""Lists and reads a folder within the limits of every upload."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.intake import limits
from autograder.intake.limits import Entry, RefusedUpload
from autograder.model.failures import UnusableInput


@dataclass(frozen=True)
class Found:
    """A regular file of a folder: its name as text with "/", its path, and its size in bytes."""

    name: str
    path: Path
    size: int


def files_of(folder: Path) -> list[Found]:
    """Return the regular files of a folder; links, FIFOs and devices are ignored and never opened.

    Raises:
        RefusedUpload: there are too many files, they lie too deep, or two have the same name.
    """
    found: list[Found] = []
    for visited, (root, folders, names) in enumerate(os.walk(folder, followlinks=False)):
        folders[:] = filter(limits.is_wanted, folders)
        if folders and len(Path(root).relative_to(folder).parts) >= limits.MAX_DEPTH:
            raise RefusedUpload(f"The upload nests folders more than {limits.MAX_DEPTH} deep. Upload your source only.")
        for name in filter(limits.is_wanted, names):
            path = Path(root, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                shown = os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")
                found.append(Found(limits.harmless_name(shown), path, status.st_size))
        if max(len(found), visited) > limits.MAX_ENTRIES:
            raise RefusedUpload(f"The upload holds more than {limits.MAX_ENTRIES:,} files or folders.")
    limits.check_unambiguous([file.name for file in found], "upload")
    return found


def read_files(found: list[Found]) -> list[Entry]:
    """Return the files sorted by name, each with its content as long as there is room.

    Raises:
        UnusableInput: a file cannot be read, which the operator must fix.
    """
    fits = limits.fitting({file.name: file.size for file in found})
    entries = [(file.name, file.size, _content(file) if file.name in fits else None) for file in found]
    return sorted(entries, key=lambda entry: entry[0])


def _content(file: Found) -> bytes:
    """Read no more bytes than the file had when it was listed."""
    try:
        with file.path.open("rb") as stream:
            return stream.read(file.size)
    except OSError as error:
        raise UnusableInput(f"{file.path}: cannot be read: {error.strerror}") from None
