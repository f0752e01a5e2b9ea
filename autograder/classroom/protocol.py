"""The messages between the driver of a class and its grading processes."""

import struct
from typing import IO, Any

import msgspec

LENGTH = struct.Struct(">Q")


class Order(msgspec.Struct, frozen=True, tag=True):
    """The first message to a grading process.

    Attributes:
        assignment: slug.
        profile: name of the profile whose data are used.
        threads: of one parallel region.
        secret: the assignment's; the driver's course has it, and a machine of a cluster need not.
        unsafe: whether to go on where the machine cannot protect the grader.
        rubric: digest of the driver's rubric; a different one here means a different version of the project.
        environment: of the driver; observations from another environment cannot be compared.
        reference: frames of the reference solution's observations.
        patience_s: seconds after which a process that has not answered counts as hung, and is killed.
    """

    assignment: str
    profile: str
    threads: int
    secret: str
    unsafe: bool
    rubric: str
    environment: dict[str, str]
    reference: dict[str, bytes]
    patience_s: float


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The sandbox is open."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing can be graded here, for a reason that a person must fix."""

    reason: str


class Task(msgspec.Struct, frozen=True, tag=True):
    """One upload to grade.

    Attributes:
        files: name to content.
        frames: the observations of it that exist already.
    """

    files: dict[str, bytes]
    frames: dict[str, bytes]


class Graded(msgspec.Struct, frozen=True, tag=True):
    """The result of a task.

    Attributes:
        report: as `to_json` writes it.
        frames: new observations of the upload.
        reference: new observations of the reference solution, which only this upload's tests asked for.
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
    """Return the message that `packed` turned into bytes."""
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
    """Return the bytes of the next message; None if the other side has ended, or ends in the middle of one."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    length = LENGTH.unpack(head)[0]
    content = stream.read(length)
    return content if len(content) == length else None
