"""A strict look at the structure of a PNG that came out of the sandbox: nothing is decoded to pixels.

Only the plainest form passes, which our own code in the sandbox writes: true colour or a palette, no other chunks,
right checksums, and data of exactly the size that the head states. Nothing can hide behind the end or in a comment.
"""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_SIDE = 1000  # pixels
MAX_BYTES = 200_000
TRUE_COLOUR, PALETTE = 2, 3
DEPTHS = {TRUE_COLOUR: (8,), PALETTE: (1, 2, 4, 8)}  # bits, by kind of colour
CHANNELS = {TRUE_COLOUR: 3, PALETTE: 1}
FILTERS = 5


class NotPlainPng(ValueError):
    """The bytes are no PNG, or one that is not of the plainest form; says what is odd."""


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG of the plainest form, pixels.

    Raises:
        NotPlainPng: it is something else.
    """
    _require(len(png) <= MAX_BYTES, "too many bytes")
    _require(png.startswith(SIGNATURE), "no signature")
    chunks = _chunks(png)
    kinds = [kind for kind, _ in chunks]
    _require(kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and not chunks[-1][1], "no head or no end")
    width, height, depth, colour = _head(chunks[0][1])
    palette, data = kinds.count(b"PLTE"), kinds.count(b"IDAT")
    expected = [b"IHDR", *[b"PLTE"] * (colour == PALETTE), *[b"IDAT"] * data, b"IEND"]
    _require(kinds == expected and data > 0, "other chunks, or in another order")
    if palette:
        _require(0 < len(chunks[1][1]) <= 3 << depth and len(chunks[1][1]) % 3 == 0, "an odd palette")
    _look_at_data(b"".join(content for kind, content in chunks if kind == b"IDAT"), width, height, depth, colour)
    return width, height


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(SIGNATURE)
    while at < len(png):
        _require(at + 12 <= len(png), "a chunk that is cut off")
        (length,) = struct.unpack_from(">I", png, at)
        end = at + 8 + length
        _require(end + 4 <= len(png), "a chunk that is cut off")
        _require(struct.unpack_from(">I", png, end)[0] == zlib.crc32(png[at + 4 : end]), "a wrong checksum")
        found.append((png[at + 4 : at + 8], png[at + 8 : end]))
        at = end + 4
    return found


def _head(content: bytes) -> tuple[int, int, int, int]:
    _require(len(content) == 13, "an odd head")
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", content)
    _require(0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE, "too many pixels")
    _require(depth in DEPTHS.get(colour, ()) and methods == [0, 0, 0], "another kind of colour")
    return width, height, depth, colour


def _look_at_data(data: bytes, width: int, height: int, depth: int, colour: int) -> None:
    row = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    unpacking = zlib.decompressobj()
    try:
        rows = unpacking.decompress(data, row * height + 1)
    except zlib.error:
        raise NotPlainPng("data that cannot be unpacked") from None
    complete = unpacking.eof and not unpacking.unused_data and not unpacking.unconsumed_tail
    _require(complete and len(rows) == row * height, "more or less data than pixels")
    _require(max(rows[::row]) < FILTERS, "an unknown filter")


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise NotPlainPng(otherwise)
