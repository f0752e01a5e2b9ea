"""Reads a tar, plain or gzipped, within the limits of every upload; nothing is unpacked to disk.

`tarfile` parses the headers. It has no limits, follows any offset that the archive states, and takes time that grows
with the square of a malformed pax header. So it reads through `Stream`, which only goes forward, counts the bytes that
it unpacks, and checks a pax header before tarfile does. There are two passes: the first checks every entry, the second
reads the files for which there is room.
"""

import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.intake import limits, sifting
from autograder.intake.limits import MIB, Contents, RefusedUpload

CHUNK_BYTES = 1 << 16
GZIP = b"\x1f\x8b"
ZLIB_GZIP = 16 + zlib.MAX_WBITS  # zlib's number for gzip's format
BLOCK = tarfile.BLOCKSIZE
PAX_TYPES = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
MAX_HEADER_BYTES = 32 << 10  # of one entry, with the extended headers before it: honest ones take 3 blocks
MAX_HEADERS_MIB = 24  # of all entries


def read_tar(path: Path) -> Contents:
    """Return the files of a tar.

    Raises:
        RefusedUpload: the tar is broken, hostile or too large.
    """
    try:
        taken, passed_over = sifting.sifted(_files(path))
        fits = limits.fitting({name: place.size for name, place in taken.items()})
        contents = _contents(path, {place.number: name for name, place in taken.items() if name in fits})
        entries = [(name, place.size, contents.get(name)) for name, place in sorted(taken.items())]
        return Contents(entries, passed_over)
    except RefusedUpload:
        raise
    except Exception as error:  # tarfile also lets exceptions of int(), struct and slices through
        said = limits.in_short(error)
        raise RefusedUpload(f"The tar cannot be read: {said}. Pack your files again and upload that.") from None


@dataclass(frozen=True)
class _Place:
    """An entry's number in the tar, and the size of its content in bytes."""

    number: int
    size: int


def _files(path: Path) -> Iterator[tuple[str, _Place, str]]:
    """Yield each entry that is no folder: its name, its place, and a clause if it cannot be read."""
    for number, member, _ in members_of(path):
        if member.isdir():
            continue
        # A sparse file states any size without holding it; for tarfile it is a plain one.
        is_plain = member.isreg() and not member.issparse()
        if is_plain and member.size < 0:
            raise tarfile.ReadError("a file with a negative size")
        why = "" if is_plain else limits.A_LINK if member.issym() or member.islnk() else limits.NO_FILE
        yield limits.harmless_name(member.name), _Place(number, member.size), why


def _contents(path: Path, wanted: Mapping[int, str]) -> dict[str, bytes]:
    """Return the contents of the entries with these numbers, by their names."""
    contents = {}
    for number, member, stream in members_of(path):
        if number in wanted:
            stream.seek(member.offset_data)
            contents[wanted[number]] = stream.read(member.size)
    return contents


def members_of(path: Path) -> Iterator[tuple[int, tarfile.TarInfo, "Stream"]]:
    """Yield each entry's number, its header and the stream behind it."""
    with path.open("rb") as file:
        stream = Stream(file, path.stat().st_size)
        with stream:  # the first header is read at once
            archive = tarfile.TarFile(
                fileobj=stream,  # type: ignore[arg-type]  # it can read, seek and tell; tarfile needs no more
                tarinfo=_Member,
                encoding="utf-8",
                errors="replace",
            )
        names: list[str] = []
        while (member := _next(archive, stream)) is not None:
            if len(names) >= limits.MAX_ENTRIES:
                raise sifting.too_many("tar", names)
            yield len(names), member, stream
            names.append(member.name)


def _next(archive: tarfile.TarFile, stream: "Stream") -> tarfile.TarInfo | None:
    with stream:
        member = archive.next()
    archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps all members, with copies of all global headers
    archive.pax_headers = {}
    return member


class _Member(tarfile.TarInfo):
    """An entry; a broken or missing header is an error, while tarfile takes it for the end."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> "_Member":
        try:
            return super().fromtarfile(archive)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":  # a block of zeros ends a tar
                raise
            if isinstance(archive.fileobj, Stream) and archive.fileobj.is_at_first_of_gzip:
                raise tarfile.ReadError("it is a single file packed with gzip, not an archive") from None
            raise tarfile.ReadError(str(error)) from None


class Stream:
    """The unpacked bytes of a tar, forward only and within limits.

    As a context it reads a header: then it reads little, and refuses input on which tarfile would choke.
    """

    def __init__(self, file: BinaryIO, packed_bytes: int) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(ZLIB_GZIP) if file.read(2) == GZIP else None
        self._packed = b""
        self._position = 0
        self._limit = limits.MAX_ARCHIVE_MIB * MIB
        if self._inflate:
            self._limit = min(self._limit, max(MIB, limits.MAX_RATIO * packed_bytes))
        self._header_bytes = 0
        self._headers_bytes = 0
        self._in_header = False
        self._type = b""
        file.seek(0)

    @property
    def is_at_first_of_gzip(self) -> bool:
        """Whether only the first header has been read, of what gzip packed."""
        return self._inflate is not None and 0 < self._position <= BLOCK

    def __enter__(self) -> None:
        self._header_bytes = 0
        self._in_header = True

    def __exit__(self, *error: object) -> None:
        self._in_header = False
        self._headers_bytes += self._header_bytes

    def tell(self) -> int:
        """Return the position in the unpacked bytes."""
        return self._position

    def seek(self, position: int) -> None:
        """Go forward.

        Raises:
            tarfile.ReadError: the position lies before the current one, or after the end.
        """
        if position < self._position:
            raise tarfile.ReadError("an entry that begins before the last one ends")
        while self._position < position:
            if not self._unpacked(min(CHUNK_BYTES, position - self._position)):
                raise tarfile.ReadError("unexpected end of data")

    def read(self, size: int) -> bytes:
        """Return this many bytes, or fewer at the end of the archive, if a header may begin there.

        Raises:
            tarfile.ReadError: a file's content is cut off, or a header is malformed.
            RefusedUpload: there is more than the limits allow.
        """
        if self._in_header:
            self._count_header(size)
        pieces, wanted = [], size
        while wanted and (piece := self._unpacked(min(CHUNK_BYTES, wanted))):
            pieces.append(piece)
            wanted -= len(piece)
        data = b"".join(pieces)
        if wanted and not self._in_header:
            raise tarfile.ReadError("unexpected end of data")
        if self._in_header:
            if size > BLOCK and self._type in PAX_TYPES:
                _check_pax(data)
            self._type = data[156:157]
        return data

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        total = self._headers_bytes + self._header_bytes
        if size < 0 or self._header_bytes > MAX_HEADER_BYTES or total > MAX_HEADERS_MIB * MIB:
            raise RefusedUpload("The tar holds unusually large headers. Pack your files again, or upload a zip.")

    def _unpacked(self, size: int) -> bytes:
        """Return between 1 and `size` bytes; none at the end."""
        data = self._inflated(size) if self._inflate else self._file.read(size)
        self._position += len(data)
        if self._position > self._limit:
            more = f"The tar unpacks to more than {self._limit / MIB:,.0f} MiB"
            if self._limit < limits.MAX_ARCHIVE_MIB * MIB:
                raise RefusedUpload(f"{more}: that looks like a bomb.")
            raise RefusedUpload(f"{more}. Upload your source only, without data and checkpoints.")
        return data

    def _inflated(self, size: int) -> bytes:
        assert self._inflate is not None
        while not self._inflate.eof:
            self._packed = self._packed or self._file.read(CHUNK_BYTES)
            if not self._packed:
                raise tarfile.ReadError("unexpected end of data")
            data = self._inflate.decompress(self._packed, size)
            self._packed = self._inflate.unconsumed_tail
            if data:
                return data
        return b""


def _check_pax(data: bytes) -> None:
    """Refuse a pax header whose records do not follow each other: tarfile could search it for minutes."""
    position = 0
    while position < len(data) and data[position]:
        digits = data[position : position + 6].split(b" ", 1)[0]
        end = position + (int(digits) if digits.isdigit() else 0)
        record = data[position + len(digits) : end]
        if b"=" not in record or record[-1:] != b"\n" or end > len(data):
            raise tarfile.ReadError("a malformed pax header")
        position = end
