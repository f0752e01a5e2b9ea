"""Reads a zip within the limits of every upload; nothing is unpacked to disk.

`zipfile` has no limits, and believes the archive's own statements. So the size of the directory is checked before it is
parsed, and then each entry's place, name, kind, method and ratio.
"""

import io
import zipfile
import zlib
from functools import partial
from pathlib import Path

from autograder.intake import limits, sifting, zip_entries
from autograder.intake.limits import MIB, Contents, Entry, RefusedUpload

MAX_DIRECTORY_BYTES = 3 * MIB  # 10,000 entries take 1 MiB; zipfile makes an object for every 46 bytes
LOCAL_HEADER_BYTES = 30  # without the name, which holds nothing new
CHUNK_BYTES = 1 << 16
BEGIN = b"PK\x03\x04"


def read_zip(path: Path) -> Contents:
    """Return the files of a zip.

    Raises:
        RefusedUpload: the zip is broken, hostile or too large.
    """
    try:
        size_mib = path.stat().st_size / MIB
        if size_mib > limits.MAX_ARCHIVE_MIB:
            raise RefusedUpload(f"The zip is too large: {size_mib:,.0f} MiB. Upload your source only.")
        with CarefulFile(path, MAX_DIRECTORY_BYTES) as stream, zipfile.ZipFile(stream) as archive:
            return _read(archive)
    except RefusedUpload:
        raise
    except Exception as error:  # zipfile documents one kind of exception for broken bytes, and raises half a dozen
        if not size_mib:
            raise RefusedUpload("The zip is empty, 0 bytes. Zip your files again and upload that.") from None
        said = limits.in_short(error)
        if isinstance(error, zipfile.BadZipFile) and _begins_as_one(path):
            said = "its end is missing, as after an upload or a download that broke off"
        raise RefusedUpload(f"The zip cannot be read: {said}. Zip your files again and upload that.") from None


def _begins_as_one(path: Path) -> bool:
    """Return whether a file that lacks the end of a zip has the beginning of one."""
    with path.open("rb") as stream:
        return stream.read(len(BEGIN)) == BEGIN and not zipfile.is_zipfile(path)


def _read(archive: zipfile.ZipFile) -> Contents:
    members = archive.infolist()
    named = [(zip_entries.intended_name(member), member) for member in members]
    if len(members) > limits.MAX_ENTRIES:
        raise sifting.too_many("zip", (name for name, _ in named))
    overlapping = first_overlap(members, archive.start_dir)
    if overlapping is not None:
        raise RefusedUpload(
            f"The zip cannot be read: {overlapping[:80]!r} overlaps with the next entry. "
            "Zip your files again and upload that."
        )
    files = [(name, member, zip_entries.refusal(member)) for name, member in named if not name.endswith("/")]
    taken, passed_over = sifting.sifted(files)
    fits = limits.fitting({name: member.file_size for name, member in taken.items()})
    entries: list[Entry] = []
    for name, member in sorted(taken.items()):
        try:
            entries.append((name, member.file_size, content_of(archive, member) if name in fits else None))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            passed_over[name] = f"is damaged in the zip ({limits.in_short(error)})"
    return Contents(entries, passed_over)


def first_overlap(members: list[zipfile.ZipInfo], directory: int) -> str | None:
    """Return the name of an entry that shares bytes with another, or None.

    With overlaps, a few kilobytes could unpack to any size.

    Args:
        members: all entries, in any order.
        directory: where the zip's directory begins, in bytes.
    """
    places = sorted(members, key=lambda member: member.header_offset)
    ends = [*(member.header_offset for member in places[1:]), directory]
    for member, end in zip(places, ends, strict=bool(places)):
        if member.header_offset + LOCAL_HEADER_BYTES + member.compress_size > end:
            return member.filename
    return None


def content_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack no more bytes than the member states; the statement may be a lie."""
    with archive.open(member) as file:
        return b"".join(iter(partial(file.read, CHUNK_BYTES), b""))


class CarefulFile(io.FileIO):
    """A file that returns the zip's directory, which zipfile reads in one piece, only if its size is reasonable."""

    def __init__(self, path: Path, max_directory_bytes: int) -> None:
        super().__init__(path)
        self._max_bytes = max_directory_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless more is requested at once than a directory of reasonable size needs."""
        if size and size > self._max_bytes:
            raise RefusedUpload(f"The zip lists too many files: its directory alone has {size / MIB:,.0f} MiB.")
        return super().read(size)
