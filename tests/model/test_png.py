"""Only PNGs of the plainest form pass: whatever else a file might hold is refused without being decoded."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.model.png import MAX_BYTES, SIGNATURE, NotPlainPng, size_of

HEAD = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
ROWS = zlib.compress((b"\0" + b"abc" * 3) * 2)


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """Return a chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes) -> bytes:
    """Return a file with these chunks between its head and its end."""
    return SIGNATURE + chunk(b"IHDR", HEAD) + b"".join(chunks) + chunk(b"IEND")


def by_pillow(mode: str, **options: object) -> bytes:
    """Return a PNG as Pillow writes it."""
    file = io.BytesIO()
    Image.new(mode, (30, 20)).save(file, "PNG", **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "file", [by_pillow("RGB"), by_pillow("P"), by_pillow("P", bits=4), by_pillow("RGB", optimize=True)]
)
def test_plain_png_passes(file: bytes) -> None:
    """As the sandbox writes them."""
    assert size_of(file) == (30, 20)


def test_data_may_be_in_parts() -> None:
    """Encoders write chunks of some kilobytes."""
    assert size_of(png(chunk(b"IDAT", ROWS[:5]), chunk(b"IDAT", ROWS[5:]))) == (3, 2)


@pytest.mark.parametrize(
    ("file", "odd"),
    [
        (b"", "no signature"),
        (b"GIF89a", "no signature"),
        (SIGNATURE, "no head or no end"),
        (png(), "other chunks"),
        (png(chunk(b"IDAT", ROWS))[:-1], "cut off"),
        (png(chunk(b"IDAT", ROWS)) + b"<script>", "cut off"),
        (png(chunk(b"IDAT", ROWS)) + chunk(b"IDAT", ROWS), "no head or no end"),
        (png(chunk(b"tEXt", b"Comment\0x"), chunk(b"IDAT", ROWS)), "other chunks"),
        (png(chunk(b"PLTE", b"abc"), chunk(b"IDAT", ROWS)), "other chunks"),
        (png(chunk(b"IDAT", ROWS)).replace(b"IDAT", b"IDAX"), "wrong checksum"),
        (png(chunk(b"IDAT", b"\0" + ROWS)), "cannot be unpacked"),
        (png(chunk(b"IDAT", ROWS + b"more")), "more or less data"),
        (png(chunk(b"IDAT", zlib.compress(bytes(10_000_000)))), "more or less data"),
        (png(chunk(b"IDAT", zlib.compress(b"\0abcabc"))), "more or less data"),
        (png(chunk(b"IDAT", zlib.compress((b"\x09" + b"abc" * 3) * 2))), "unknown filter"),
        (by_pillow("RGBA"), "another kind of colour"),
        (by_pillow("L"), "another kind of colour"),
        (by_pillow("RGB", dpi=(72, 72)), "other chunks"),
        (
            SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 1001, 2, 8, 2, 0, 0, 0)) + chunk(b"IEND"),
            "too many pixels",
        ),
        (SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 1)) + chunk(b"IEND"), "another kind"),
        (SIGNATURE + chunk(b"IHDR", HEAD + b"x") + chunk(b"IEND"), "odd head"),
        (png(chunk(b"IDAT", bytes(MAX_BYTES))), "too many bytes"),
    ],
)
def test_other_bytes_are_refused(file: bytes, odd: str) -> None:
    """The reason is named."""
    with pytest.raises(NotPlainPng, match=odd):
        size_of(file)


@given(st.integers(0, 200), st.binary(max_size=3))
def test_changed_png_is_refused(at: int, change: bytes) -> None:
    """A checksum, the size or the structure does not fit any more."""
    file = by_pillow("RGB")
    at %= len(file)
    changed = file[:at] + change + file[at + 1 :]
    if changed == file:
        return

    with pytest.raises(NotPlainPng):
        size_of(changed)
