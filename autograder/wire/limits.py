"""Limits on one probe: the manifest states them, the supervisor and the child enforce them."""

from typing import Annotated

from msgspec import Meta, Struct

# The upper ends refuse infinity, and numbers that no system call takes, when a manifest is read and not while grading.
PositiveFloat = Annotated[float, Meta(gt=0, le=1e9)]
PositiveInt = Annotated[int, Meta(gt=0, lt=2**31)]


# A machine on which a probe waits for a core nine tenths of its time is too busy to say anything of it.
MOST_STRETCH = 10.0  # times the limit of the clock
NO_DEADLINE_S = 1e9


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Limits on the whole process tree of one probe.

    Attributes:
        cpu_s: CPU seconds, user and system.
        wall_s: seconds by the clock, without those in which the processes waited for a core.
        idle_s: seconds by the clock in which nothing is computed.
        memory_mib: memory, without the harness's own, MiB.
        file_mib: size of one file, MiB.
        disk_mib: all files that it writes together, MiB.
        files: number of files and folders, those of the upload included.
        processes: processes and threads at once.
        descriptors: open files of one process.
        output_mib: printed text, MiB.
    """

    cpu_s: PositiveFloat = 30.0
    wall_s: PositiveFloat = 90.0
    idle_s: PositiveFloat = 60.0
    memory_mib: PositiveInt = 2048
    file_mib: PositiveInt = 512
    disk_mib: PositiveInt = 1024
    files: PositiveInt = 20_000
    processes: PositiveInt = 256
    descriptors: PositiveInt = 1024
    output_mib: PositiveInt = 64


def longest_s(limits: Limits, left_s: float) -> float:
    """Return the seconds by the clock after which a probe ends, however long it waited for a core.

    Args:
        limits: of the probe.
        left_s: seconds until the deadline of the whole grading.
    """
    return min(left_s, MOST_STRETCH * limits.wall_s)
