"""Reads an upload, a file, a folder or a zip, into (name, content) pairs within limits."""

import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.project import UnusableInput

MIB = 1 << 20
MAX_READ_MIB = 64  # in all; files beyond that are named in the result but never read into memory
MAX_ENTRIES = 10_000
MAX_RATIO = 200  # of unpacked to packed size: source text packs 3 to 10 times
MAX_DEPTH = 8


class RefusedUpload(ValueError):
    """The upload itself is unacceptable; the text is for the student."""


Found = tuple[str, int, Callable[[], bytes]]  # name, size, and what reads it
Entry = tuple[str, int, bytes | None]  # name with "/", size in bytes, content unless there is too much of it


def read_upload(path: Path) -> list[Entry]:
    """Return the regular files of an upload, sorted by name.

    Small files are read first, and none once `MAX_READ_MIB` are read in all: the rest has no content.

    Args:
        path: a `.py` file, a folder, or a `.zip`.

    Raises:
        UnusableInput: there is nothing to read at that path, which is the operator's mistake.
        RefusedUpload: the archive is broken or hostile, which is the student's.
    """
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise UnusableInput(f"{path}: this is neither a file nor a folder")
    if path.suffix.lower() == ".zip":
        return _of_zip(path)
    return _read([(path.name, path.stat().st_size, path.read_bytes)])


def _read(found: list[Found]) -> list[Entry]:
    """Return the files sorted by name, each with its content while there is room."""
    entries: list[Entry] = []
    room = MAX_READ_MIB * MIB
    for name, size, read in sorted(found, key=lambda file: (file[1], file[0])):
        room -= size
        entries.append((name, size, read() if room >= 0 else None))
    return sorted(entries, key=lambda entry: entry[0])


def _of_folder(folder: Path) -> list[Entry]:
    found: list[Found] = []
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if _is_wanted(name)]
        if folders and len(Path(root).relative_to(folder).parts) >= MAX_DEPTH:
            raise RefusedUpload(f"The upload nests folders more than {MAX_DEPTH} deep. Upload your source only.")
        for name in filter(_is_wanted, names):
            path = Path(root, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):  # links, FIFOs and devices are never opened
                shown = os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")
                found.append((shown, status.st_size, path.read_bytes))
        if len(found) > MAX_ENTRIES:
            raise RefusedUpload(f"The upload holds more than {MAX_ENTRIES:,} files.")
    return _read(found)


def _of_zip(path: Path) -> list[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise RefusedUpload(f"The zip holds {len(members):,} entries; at most {MAX_ENTRIES:,} are read.")
            named = [(_checked_name(member), member) for member in members if not member.is_dir()]
            wanted = [(name, member) for name, member in named if all(map(_is_wanted, name.split("/")))]
            for _, member in wanted:
                _check_member(member)
            _check_unambiguous([name for name, _ in wanted])
            return _read([(name, member.file_size, partial(_content, archive, member)) for name, member in wanted])
    except RefusedUpload:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds on broken bytes, and documents one
        said = str(error) or type(error).__name__
        raise RefusedUpload(f"The zip cannot be read: {said}. Zip your files again and upload that.") from None


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack no more than the member says it holds: what it says may be a lie."""
    with archive.open(member) as file:
        return file.read(member.file_size)


def _checked_name(member: zipfile.ZipInfo) -> str:
    """Return the name without parts that mean nothing, such as a leading "./"."""
    name = member.filename
    parts = PurePosixPath(name).parts
    unusable = any(c < " " or c in "\\:\x7f" for c in name)
    if not parts or name.startswith("/") or ".." in parts or unusable:
        raise RefusedUpload(f"The zip holds an entry with an unusable name: {name[:80]!r}.")
    return "/".join(parts)


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if len(PurePosixPath(name).parts) > MAX_DEPTH:
        raise RefusedUpload(f"The zip nests folders more than {MAX_DEPTH} deep: {name[:80]!r}.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise RefusedUpload(f"The zip holds an entry that is not a plain file: {name[:80]!r}.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without bounds
        raise RefusedUpload(f"{name[:80]!r} is packed in an unusual way: zip it again, with the usual settings.")
    if member.file_size > MAX_RATIO * max(1, member.compress_size) and member.file_size > MIB:
        raise RefusedUpload(f"{name[:80]!r} unpacks to {member.file_size / MIB:,.0f} MiB: that looks like a zip bomb.")


def _check_unambiguous(names: list[str]) -> None:
    """Refuse names that some file systems take for one, and a file that is a folder too."""
    seen: set[str] = set()
    for name in names:
        alike = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if alike in seen:
            raise RefusedUpload(f"The zip holds {name!r} twice (or in two spellings).")
        seen.add(alike)
    for name in sorted(seen):
        if any(str(parent) in seen for parent in PurePosixPath(name).parents):
            raise RefusedUpload(f"The zip holds a file and a folder of one name: {name[:80]!r} lies in a file.")


def _is_wanted(name: str) -> bool:
    """Return False for what operating systems and editors leave in folders unasked."""
    return not name.startswith(".") and name not in ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
