"""A question to a submission as one word, which the staff can send to a student whose verdict they explain."""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

from autograder.wire.frames import TamperedFrame, decode, encode

MOST_BYTES = 1 << 20  # of a question, once it is unpacked
TAKEN = {"self", "probe", "deferred"}  # parameters of whoever asks, so that no probe has arguments of these names


class UnreadableCode(ValueError):
    """A code is cut off or mistyped."""


def code_of(probe: str, arguments: Mapping[str, Any]) -> str:
    """Return the code of a probe with its arguments: letters, digits, "-", "_" and "="."""
    return base64.urlsafe_b64encode(zlib.compress(encode([probe, dict(arguments)]), 9)).decode("ascii")


def question_in(code: str) -> tuple[str, dict[str, Any]]:
    """Return the probe and the arguments of a code, which a terminal may have broken into lines.

    Raises:
        UnreadableCode: it is no such code.
    """
    try:
        packed = base64.b64decode("".join(code.split()), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(packed, MOST_BYTES)
        question = decode(plain) if unpacker.eof else None
    except (ValueError, zlib.error, TamperedFrame):
        question = None
    match question:
        case [str(probe), dict(arguments)] if not TAKEN & arguments.keys():
            return probe, arguments
    raise UnreadableCode("This code cannot be read: copy all of it, from quote to quote.")
