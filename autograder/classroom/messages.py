"""What the driver of a class and its grading processes say to each other."""

import struct
from typing import IO, Any

import msgspec

LENGTH = struct.Struct(">Q")


class Order(msgspec.Struct, frozen=True, tag=True):
    """What a grading process is started for.

    Attributes:
        assignment: slug.
        profile: the data to grade on.
        threads: of one parallel region.
        unsafe: whether to go on where the machine cannot protect the grader.
        rubric: digest of the rubric that the driver judges by; another one here means another version of the project.
        environment: that of the driver; observations made in another one cannot be compared.
        reference: frames of the reference solution's observations.
        patience_s: seconds after which a process that has not answered is taken for hung, and killed.
    """

    assignment: str
    profile: str
    threads: int
    unsafe: bool
    rubric: str
    environment: dict[str, str]
    reference: dict[str, bytes]
    patience_s: float


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The sandbox is open."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing can be graded here, for a reason that a person must mend."""

    reason: str


class Task(msgspec.Struct, frozen=True, tag=True):
    """One upload to grade.

    Attributes:
        files: name to content.
        frames: observations of it that are there already.
    """

    files: dict[str, bytes]
    frames: dict[str, bytes]


class Graded(msgspec.Struct, frozen=True, tag=True):
    """What came of it.

    Attributes:
        report: as `to_json` writes it.
        frames: the new observations of the upload.
        reference: the new observations of the reference solution, which only this upload's tests have asked for.
    """

    report: bytes
    frames: dict[str, bytes]
    reference: dict[str, bytes]


Message = Order | Ready | Refused | Task | Graded
_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Message).decode


def packed(message: Message) -> bytes:
    """Return a message as bytes."""
    return _encode(message)


def unpacked(content: bytes) -> Any:
    """Return the message that `packed` made bytes of."""
    return _decode(content)


def send(stream: IO[bytes], content: bytes) -> None:
    """Write the bytes of one message to a pipe.

    Raises:
        OSError: nobody reads it any more.
    """
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the bytes of the next message; None where the other side has ended, or ends within one."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    length = LENGTH.unpack(head)[0]
    content = stream.read(length)
    return content if len(content) == length else None
