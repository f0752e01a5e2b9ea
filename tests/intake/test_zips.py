"""Zips that zipfile itself believes: sizes of directories, and entries that share their bytes."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from autograder.intake import limits, zips
from autograder.intake.limits import RefusedUpload
from autograder.intake.upload import read_upload
from autograder.model.failures import UnusableInput
from tests.helpers import SOURCE, zip_bytes


def refused(folder: Path, content: bytes) -> str:
    """Write a zip and return the sentence with which it is refused."""
    path = folder / "upload.zip"
    path.write_bytes(content)
    with pytest.raises(RefusedUpload) as caught:
        read_upload(path)
    return str(caught.value)


def directory_entry(name: bytes, crc: int, packed: int, size: int, offset: int) -> bytes:
    """Return one entry of a zip's directory."""
    head = struct.pack("<4s4B4HL2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 8, 0, 33, crc, packed, size)
    return head + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0o100644 << 16, offset) + name


def bomb(files: int, quoted: bool) -> bytes:
    """Return a zip whose files all unpack the same bytes, either from one header or each through the next."""
    packer = zlib.compressobj(9, wbits=-15)
    kernel = bytes(200_000)
    packed = packer.compress(kernel) + packer.flush()
    names = [b"%04d.py" % i for i in range(files)]
    body, entries, crc = packed, [], zlib.crc32(kernel)
    for name in reversed(names[:1] if not quoted else names):
        local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(body), len(kernel), len(name), 0)
        body = local + name + body
    whole = len(body)
    for place, name in enumerate(names):
        offset = place * 37 if quoted else 0
        entries.append(directory_entry(name, crc, whole - offset - 37, len(kernel), offset))
    directory = b"".join(entries)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, files, files, len(directory), whole, 0)
    return body + directory + end


@pytest.mark.parametrize("quoted", [False, True])
def test_entries_that_share_their_bytes_are_refused(quoted: bool, tmp_path: Path) -> None:
    """250 files of 200 kB in 30 kB; Python 3.11 itself unpacks each of them."""
    content = bomb(250, quoted)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.infolist()) == 250

    assert "overlaps with the next entry" in refused(tmp_path, content)


def test_zip_with_a_comment_or_something_before_it_is_read(tmp_path: Path) -> None:
    """Self-extracting zips and comments are odd and honest."""
    stream = io.BytesIO(zip_bytes({"a.py": SOURCE, "b/c.py": SOURCE}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"homework"
    (tmp_path / "upload.zip").write_bytes(b"#!/bin/sh\n" + stream.getvalue())

    assert read_upload(tmp_path / "upload.zip").entries == [
        ("a.py", len(SOURCE), SOURCE),
        ("b/c.py", len(SOURCE), SOURCE),
    ]


def test_zip_that_was_written_as_a_stream_is_read(tmp_path: Path) -> None:
    """The sizes then stand behind each file."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", SOURCE)
        archive.writestr("b.py", SOURCE)
    (tmp_path / "upload.zip").write_bytes(pipe.written)

    assert [name for name, _, _ in read_upload(tmp_path / "upload.zip").entries] == ["a.py", "b.py"]


def test_directory_is_not_parsed_if_it_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python makes an object of every 46 bytes before anybody can count them."""
    monkeypatch.setattr(zips, "MAX_DIRECTORY_BYTES", 100_000)

    assert "lists too many files" in refused(tmp_path, zip_bytes({f"{i}.py": b"" for i in range(5000)}))


def test_zip_that_is_too_large_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the size."""
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MIB", 0)

    assert "The zip is too large" in refused(tmp_path, zip_bytes({"submitted.py": SOURCE}))


def test_archive_that_may_not_be_read_is_the_operators_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A student is not told about the harness's permissions."""
    (tmp_path / "upload.zip").write_bytes(zip_bytes({"submitted.py": SOURCE}))
    monkeypatch.setattr("os.access", lambda path, mode: False)

    with pytest.raises(UnusableInput, match="no permission"):
        read_upload(tmp_path / "upload.zip")
