"""Resources that one probe used, and the limit that ended it."""

from enum import StrEnum

from msgspec import Struct


class Breach(StrEnum):
    """Why a child was ended: the limit that it broke, or the grader's wish."""

    CPU = "cpu"
    WALL = "wall"
    IDLE = "idle"
    DEADLINE = "deadline"
    MEMORY = "memory"
    DISK = "disk"
    FILES = "files"
    OUTPUT = "output"
    GRADER_GONE = "grader gone"


class Usage(Struct, forbid_unknown_fields=True, tag=True):
    """The supervisor's reply to `RunJob`: resources that a child and all that it started used, and how it ended.

    The supervisor fills it in while the child runs.

    Attributes:
        breach: why the child was ended; None if it ended by itself.
        exit_code: the child's exit code; None if a signal ended it.
        signal: the signal's number, 0 if none.
        cpu_s: CPU seconds of the whole tree.
        wall_s: seconds from the fork to the end of the last process.
        waited_s: seconds in which it could have run and had no core, because others used them.
        peak_memory_mib: most memory of the tree at once, MiB.
        peak_disk_mib: most space of its files at once, MiB.
        survivors: True if some process could not be ended.
    """

    breach: Breach | None = None
    exit_code: int | None = None
    signal: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    waited_s: float = 0.0
    peak_memory_mib: float = 0.0
    peak_disk_mib: float = 0.0
    survivors: bool = False
