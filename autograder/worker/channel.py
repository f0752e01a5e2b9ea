"""The child's end of the channel over which a probe's result leaves the sandbox."""

import os
from typing import Any

from autograder.wire.frames import FrameReader, encode

CHUNK_BYTES = 1 << 20


class Channel:
    """Writes frames to a descriptor and reads the grader's answers."""

    def __init__(self, descriptor: int, nonce: bytes) -> None:
        self._descriptor = descriptor
        self._nonce = nonce
        self._reader = FrameReader(nonce)

    def send(self, message: dict[str, Any]) -> None:
        """Write one frame.

        Raises:
            TypeError: the message holds something that is not plain data.
        """
        rest = memoryview(encode(message, self._nonce))
        while rest:
            rest = rest[os.write(self._descriptor, rest[:CHUNK_BYTES]) :]

    def ask(self, name: str, kept: dict[str, Any] | None = None) -> Any:
        """Ask the grader for the deferred input `name` and return it.

        Args:
            name: of the input.
            kept: texts of the answer so far, by field; later ones are withheld.
        """
        self.send({"request": name, "kept": kept or {}})
        while True:
            chunk = os.read(self._descriptor, CHUNK_BYTES)
            if not chunk:
                raise EOFError("the grader has gone")
            for value in self._reader.feed(chunk):
                return value
