"""One end of the pipe between a test's process and the submission's; plain data cross, and no pickles."""

import os
from typing import Any

from autograder.wire.frames import FrameReader, encode

CHUNK_BYTES = 1 << 20


class Gone(Exception):
    """The other process has ended, or has sent bytes that our own code would not send."""


class Pipe:
    """Sends messages and receives them, one at a time."""

    def __init__(self, reading: int, writing: int) -> None:
        """Take two descriptors."""
        self.descriptors = (reading, writing)
        self._reader = FrameReader()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            Gone: nobody reads it.
            TypeError: it is no plain data.
        """
        rest = memoryview(encode(message))
        try:
            while rest:
                rest = rest[os.write(self.descriptors[1], rest[:CHUNK_BYTES]) :]
        except OSError:
            raise Gone("it has ended") from None

    def receive(self) -> dict[str, Any]:
        """Return the next message.

        Raises:
            Gone: there will be none.
        """
        while True:
            chunk = os.read(self.descriptors[0], CHUNK_BYTES)
            if not chunk:
                raise Gone("it has ended")
            try:
                messages = self._reader.feed(chunk)
            except ValueError:
                raise Gone("it has sent bytes that it must not send") from None
            if len(messages) > 1 or (messages and (self._reader.unfinished or not isinstance(messages[0], dict))):
                raise Gone("it has sent more than it was asked for")
            if messages:
                found: dict[str, Any] = messages[0]
                return found
