"""Unpacks the zip of a whole class to disk, once.

The limits of one upload do not apply here, because a class has thousands of them. These are checked before anything is
written: the size of the zip's directory, the number of entries, overlaps between them, the ratio of compression, and
the room on the disk. A fault of one entry costs only that entry.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.exports.items import LEFT_BY_SYSTEMS, quoted
from autograder.intake import limits, zip_entries
from autograder.intake.limits import MIB, RefusedUpload
from autograder.intake.zips import CarefulFile, first_overlap
from autograder.model.failures import UnusableInput

MAX_ENTRIES = 250_000  # 5,000 students with 50 files each
MAX_DIRECTORY_BYTES = 64 * MIB
MAX_UNPACKED_MIB = 100 * 1024  # 5,000 students with 20 MiB each
HARMLESS_MIB = 64  # at any ratio of compression
SPARED_MIB = 512  # of the disk, for the grading itself
MAX_DEPTH = 24
CHUNK_BYTES = 1 << 20
OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # not of an entry
FILES, LOSSES = "files", "losses.json"
NEWER = "newer"  # beside the files: the entry that replaces another
AGAIN = "Download the export again; if it stays like this, unpack it yourself and give the folder."


@dataclass(frozen=True)
class Unpacked:
    """A zip on disk.

    Attributes:
        root: the folder with its files.
        lost: for each entry that could not be unpacked, by its name in the zip, the reason as a clause.
    """

    root: Path
    lost: Mapping[str, str]


def unpack(path: Path, folder: Path) -> Unpacked:
    """Unpack a zip below a folder, unless that was done before; return its files.

    They are unpacked into a temporary folder, which is renamed when it is complete. Only one process at a time may do
    this.

    Raises:
        UnusableInput: it is not a zip, is broken as a whole, looks like a bomb, or does not fit on the disk.
    """
    with _opened(path) as archive:
        members = archive.infolist()
        target = folder / f"unpacked-{_digest(members)}"
        if not target.is_dir():
            _check(path, members, archive.start_dir, folder)
            _unpack(archive, members, target)
    return Unpacked(target / FILES, json.loads((target / LOSSES).read_text(encoding="utf-8")))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    with CarefulFile(path, MAX_DIRECTORY_BYTES) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except Exception as error:  # zipfile documents one kind of exception for broken bytes, and raises half a dozen
            raise UnusableInput(f"{path}: this cannot be read as a zip ({limits.in_short(error)}). {AGAIN}") from None
        with archive:
            yield archive


def _digest(members: list[zipfile.ZipInfo]) -> str:
    """Return a digest of the zip's directory, which holds a checksum of each file."""
    whole = [(member.filename, member.file_size, member.CRC, member.external_attr) for member in members]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:16]


def _check(path: Path, members: list[zipfile.ZipInfo], directory: int, folder: Path) -> None:
    """Refuse a zip that is too large or hostile, before anything is written."""
    if len(members) > MAX_ENTRIES:
        raise UnusableInput(f"{path}: {len(members):,} entries; at most {MAX_ENTRIES:,} are unpacked. {AGAIN}")
    overlapping = first_overlap(members, directory)
    if overlapping is not None:
        raise UnusableInput(f"{path}: {quoted(overlapping)} overlaps with the next entry: that looks like a bomb.")
    total_mib = sum(member.file_size for member in members) / MIB
    if total_mib > max(limits.MAX_RATIO * path.stat().st_size / MIB, HARMLESS_MIB) or total_mib > MAX_UNPACKED_MIB:
        raise UnusableInput(f"{path}: it would unpack to {total_mib:,.0f} MiB: that looks like a bomb.")
    folder.mkdir(parents=True, exist_ok=True)
    free_mib = shutil.disk_usage(folder).free / MIB
    if total_mib + SPARED_MIB > free_mib:
        raise UnusableInput(
            f"{path}: it unpacks to {total_mib:,.0f} MiB, but {folder} has only {free_mib:,.0f} MiB free, and "
            f"{SPARED_MIB} must stay free. Make room, or choose a folder on another disk."
        )


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], target: Path) -> None:
    for left in target.parent.glob(".unpacking-*"):  # from a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=target.parent))
    try:
        root = temporary / FILES
        root.mkdir()
        lost = {}
        for member in members:
            name = zip_entries.intended_name(member)
            if _is_wanted(name):
                why = _unpack_one(archive, member, name, root)
                if why:
                    lost[name] = why
        (temporary / LOSSES).write_text(json.dumps(lost), encoding="utf-8")
        os.sync()  # a power failure must not leave the final name without the content
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, root: Path) -> str:
    """Write one entry; return why that is impossible, as a clause; empty if it is done."""
    why = _refusal(member, name)
    if why:
        return why
    place = root / limits.checked_name(name, "zip")
    try:
        if name.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            return ""
        place.parent.mkdir(parents=True, exist_ok=True)
        file = place.open("xb")
    except FileExistsError:
        if name.endswith("/") or not place.is_file():
            return "is in the zip as a file and as a folder; the first is kept"
        return _replace(archive, member, place, root.parent / NEWER)
    except OSError as error:
        if error.errno in OF_THE_DISK:
            raise
        return f"cannot be written ({limits.in_short(error)})"
    with file:
        why = _copy(archive, member, file)
    if why:
        place.unlink()
    return why


def _replace(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path, newer: Path) -> str:
    """Write an entry in the place of an earlier one of the same name, as intake reads such zips; say so."""
    with newer.open("wb") as file:
        why = _copy(archive, member, file)
    if why:
        newer.unlink()
        return f"is in the zip twice, and the second {why}"
    newer.replace(place)
    return "is in the zip twice; the last one counts"


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: BinaryIO) -> str:
    try:
        with archive.open(member) as content:
            shutil.copyfileobj(content, file, CHUNK_BYTES)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OF_THE_DISK:
            raise
        return f"is damaged in the zip ({limits.in_short(error)})"
    return ""


def _refusal(member: zipfile.ZipInfo, name: str) -> str:
    """Return why an entry is not unpacked, as a clause; empty if it is."""
    try:
        depth = len(limits.checked_name(name, "zip").split("/"))
    except RefusedUpload:
        return "has a name that leaves the folder, or that is too long"
    if depth > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    return zip_entries.refusal(member)


def _is_wanted(name: str) -> bool:
    return not any(part in LEFT_BY_SYSTEMS or part.startswith("._") for part in name.split("/"))
