"""The messages between grader, supervisor and zygote.

The grader sends requests to the supervisor, which passes jobs and imports on to the zygote. A `RunJob` travels with
two descriptors: the child's channel and its output. Each message is one datagram of JSON; a reader refuses fields
that it does not know.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from autograder.wire.layers import Feature
from autograder.wire.limits import NO_DEADLINE_S, Limits
from autograder.wire.usage import Breach, Usage

MAX_MESSAGE_BYTES = 1 << 20


class MalformedMessage(ValueError):
    """A message that our own code would not have written; says which part."""


class Begin(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Tells the supervisor to start: it is in its control group now, and so will be all that it starts."""


class Confinement(Struct, frozen=True, forbid_unknown_fields=True):
    """The policy that a child is put under.

    Attributes:
        uid: the sandbox's own user; None where the harness does not run as root.
        sockets: whether the child may have sockets.
        workers: whether its DataLoaders may have worker processes.
        without: features of the kernel that are left unused, for measurements and tests.
        readable: files and folders that it may read.
        writable: folders that it may write.
    """

    uid: int | None
    sockets: bool
    workers: bool
    without: tuple[Feature, ...]
    readable: tuple[str, ...]
    writable: tuple[str, ...]


class GroupFiles(Struct, frozen=True, forbid_unknown_fields=True):
    """Files in which the kernel accounts for the sandbox's control group.

    Attributes:
        cpu: path of the file with the group's CPU seconds.
        events: path of the file with the number of processes that the kernel killed for want of memory.
    """

    cpu: str
    events: str


class RunJob(Struct, frozen=True, forbid_unknown_fields=True, tag=True, kw_only=True):
    """Asks for one probe in a fresh child.

    Attributes:
        function: name of the probe in `probe_source`, or of a built-in probe where that is empty.
        arguments: its keyword arguments, as JSON that Python wrote: msgspec would refuse lone surrogates and lose NaN.
        probe_source: source text of the assignment's probe file.
        modules: source text of further modules that the probe may import, by their full names.
        entry: the submission's module, such as `"submitted"`.
        seed: of Python's, NumPy's and PyTorch's generators.
        threads: threads of one parallel region.
        import_without: statements to skip while the submission is imported step by step; None to import it whole.
        workspace: working directory, with the submission's files.
        scratch: home and temporary folder.
        root: an empty folder on which a file tree of the child's own is built.
        harness: the project's folder, which the child takes off `sys.path`.
        nonce: stands in every frame of the channel.
        limits: of the child and all that it starts.
        left_s: seconds by the clock until the deadline of the whole grading.
        confinement: the policy that it is put under.
        group: the control group's accounts; None without a group.
    """

    function: str
    arguments: str
    probe_source: str
    modules: dict[str, str]
    entry: str
    seed: int
    threads: int
    import_without: tuple[str, ...] | None
    workspace: str
    scratch: str
    root: str
    harness: str
    nonce: Annotated[bytes, Meta(min_length=16, max_length=16)]
    limits: Limits
    left_s: float = NO_DEADLINE_S
    confinement: Confinement
    group: GroupFiles | None


class ImportOnce(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Asks the zygote to import modules, so that the children that it forks next need not.

    Attributes:
        modules: their full names.
    """

    modules: tuple[str, ...]


class UseLargePages(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Asks the zygote to put its memory into large pages; answered with `Imported`."""


class EndProbe(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Asks for an early end of the probe that runs now; its `Usage` comes all the same.

    Attributes:
        why: the reason, which `Usage` repeats.
    """

    why: Breach


class Ready(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Says that all imports are done.

    Attributes:
        features: each feature of the kernel with `"active"`, or why it is missing.
    """

    features: dict[Feature, str]


class Imported(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Answers `ImportOnce` and `UseLargePages`; modules that are not installed here are left to the submission."""


class Forked(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """The zygote's reply to `RunJob`.

    Attributes:
        pid: process id of the child.
    """

    pid: int


Request = Begin | RunJob | ImportOnce | UseLargePages | EndProbe
Reply = Ready | Imported | Forked | Usage

_encode = msgspec.json.Encoder().encode
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def as_bytes(message: Request | Reply) -> bytes:
    """Return the datagram that carries a message."""
    return _encode(message)


def request_from(datagram: bytes) -> Request:
    """Return the request that a datagram carries.

    Raises:
        MalformedMessage: it carries none.
    """
    try:
        return _requests.decode(datagram)
    except msgspec.MsgspecError as error:
        raise MalformedMessage(f"a malformed request: {error}") from None


def reply_from(datagram: bytes) -> Reply:
    """Return the reply that a datagram carries.

    Raises:
        MalformedMessage: it carries none.
    """
    try:
        return _replies.decode(datagram)
    except msgspec.MsgspecError as error:
        raise MalformedMessage(f"a malformed reply: {error}") from None
