"""Reads an upload, a file, a folder or a zip, into (name, content) pairs within limits."""

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zlib import error as ZlibError

from autograder.project import UnusableInput

MIB = 1 << 20
MAX_READ_MIB = 64  # a file beyond that is named in the result but never read into memory
MAX_ENTRIES = 10_000
MAX_RATIO = 200  # of unpacked to packed size: source text packs 3 to 10 times
MAX_DEPTH = 8


class RefusedUpload(ValueError):
    """The upload itself is unacceptable; the text is for the student."""


Entry = tuple[str, int, bytes | None]  # name with "/", size in bytes, content unless the file is too large


def read_upload(path: Path) -> list[Entry]:
    """Return the regular files of an upload, sorted by name.

    Args:
        path: a `.py` file, a folder, or a `.zip`.

    Raises:
        UnusableInput: there is nothing at that path, which is the operator's mistake.
        RefusedUpload: the archive is broken or hostile, which is the student's.
    """
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    if path.is_dir():
        return sorted(_of_folder(path))
    if path.suffix.lower() == ".zip":
        return sorted(_of_zip(path))
    size = path.stat().st_size
    return [(path.name, size, path.read_bytes() if size <= MAX_READ_MIB * MIB else None)]


def _of_folder(folder: Path) -> Iterator[Entry]:
    count = 0
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if _is_wanted(name)]
        for name in filter(_is_wanted, names):
            path = Path(root, name)
            count += 1
            if count > MAX_ENTRIES:
                raise RefusedUpload(f"The upload holds more than {MAX_ENTRIES:,} files.")
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):  # links, FIFOs and devices are never opened
                content = path.read_bytes() if status.st_size <= MAX_READ_MIB * MIB else None
                yield path.relative_to(folder).as_posix(), status.st_size, content


def _of_zip(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise RefusedUpload(f"The zip holds {len(members):,} entries; at most {MAX_ENTRIES:,} are read.")
            seen: set[str] = set()
            for member in members:
                if member.is_dir() or not all(map(_is_wanted, PurePosixPath(member.filename).parts)):
                    continue
                _check_member(member)
                if member.filename.casefold() in seen:
                    raise RefusedUpload(f"The zip holds {member.filename!r} twice (or in two spellings).")
                seen.add(member.filename.casefold())
                small = member.file_size <= MAX_READ_MIB * MIB
                yield member.filename, member.file_size, archive.read(member) if small else None
    except (zipfile.BadZipFile, ZlibError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise RefusedUpload(f"The zip cannot be read: {error}. Zip your files again and upload that.") from None


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in name or not name.isprintable():
        raise RefusedUpload(f"The zip holds an entry with an unusable name: {name[:80]!r}.")
    if len(parts) > MAX_DEPTH:
        raise RefusedUpload(f"The zip nests folders more than {MAX_DEPTH} deep: {name[:80]!r}.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise RefusedUpload(f"The zip holds an entry that is not a plain file: {name[:80]!r}.")
    if member.file_size > MAX_RATIO * max(1, member.compress_size) and member.file_size > MIB:
        raise RefusedUpload(f"{name[:80]!r} unpacks to {member.file_size / MIB:,.0f} MiB: that looks like a zip bomb.")


def _is_wanted(name: str) -> bool:
    """Return False for what operating systems and editors leave in folders unasked."""
    return not name.startswith(".") and name not in ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
