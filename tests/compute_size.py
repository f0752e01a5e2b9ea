"""Gradescope's compute sizes, imitated with a control group of this machine.

Source: Documentation/admin-guide/cgroup-v1/memory.rst, scheduler/sched-bwc.rst and cgroup-v2.rst of the Linux kernel.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.cgroup import BASE, LIMIT, MIB, MOUNT, own_path

PERIOD_US = 100_000
PATIENCE_S = 5.0  # for processes that were killed to leave the group


class NoControlGroup(RuntimeError):
    """This machine does not allow any; gives the reason."""


@dataclass(frozen=True)
class ComputeSize:
    """A container's resources: at least so many CPUs, here exactly as many, and at most so much memory."""

    cpus: float
    memory_mib: int

    def __str__(self) -> str:
        """Return its name in Gradescope's settings."""
        return f"{self.cpus:g} CPU, {self.memory_mib / 1024:g} GB"


SIZES = (ComputeSize(0.5, 768), ComputeSize(1, 1536), ComputeSize(2, 3072), ComputeSize(4, 6144))


@dataclass(frozen=True)
class Group:
    """A control group with the limits of a size.

    Attributes:
        version: 1 or 2.
        memory: folder of the memory controller.
        cpu: folder of the CPU controller; the same with version 2.
    """

    version: int
    memory: Path
    cpu: Path

    def enter(self) -> None:
        """Put this process and its future children into the group."""
        for folder in {self.memory, self.cpu}:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def used_mib(self) -> float:
        """Return the memory in use that cannot be dropped, MiB: private and shared, without file pages."""
        lines = dict(line.split() for line in (self.memory / "memory.stat").read_text().splitlines())
        return sum(int(lines.get(name, 0)) for name in BASE[self.version]) / MIB

    def limit(self, size: ComputeSize) -> None:
        """Set the limits of the size."""
        (self.memory / LIMIT[self.version]).write_text(str(size.memory_mib * MIB))
        quota = int(size.cpus * PERIOD_US)
        if self.version == 1:
            (self.cpu / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (self.cpu / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (self.cpu / "cpu.max").write_text(f"{quota} {PERIOD_US}")

    def remove(self) -> None:
        """End everything that still runs in the group, and remove it with the groups that a sandbox made in it."""
        for folder in {self.memory, self.cpu}:
            inner = sorted(path for path in folder.rglob("*") if path.is_dir())
            for group in (*reversed(inner), folder):
                _empty(group)
                with contextlib.suppress(OSError):
                    group.rmdir()


@contextlib.contextmanager
def limited(size: ComputeSize) -> Iterator[Group]:
    """Yield a group with the limits of a size, and remove it afterwards.

    Raises:
        NoControlGroup: this machine, or this user, cannot make one.
    """
    name = f"compute-size-{os.getpid()}"
    try:
        group = _version_2(name) if (MOUNT / "cgroup.controllers").is_file() else _version_1(name)
    except OSError as error:
        raise NoControlGroup(f"{error.filename}: {error.strerror}") from None
    try:
        group.limit(size)
        yield group
    finally:
        group.remove()


def _version_1(name: str) -> Group:
    folders = [MOUNT / controller / own_path(controller) / name for controller in ("memory", "cpu")]
    for folder in folders:
        folder.mkdir()
    return Group(1, *folders)


def _version_2(name: str) -> Group:
    for parent in (MOUNT / own_path(""), MOUNT):
        with contextlib.suppress(OSError):
            (parent / "cgroup.subtree_control").write_text("+memory +cpu")
            (parent / name).mkdir()
            return Group(2, parent / name, parent / name)
    raise OSError(None, "no group may be made here", str(MOUNT))


def _empty(group: Path) -> None:
    """Kill all processes in a group; all of them were started there."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        left = (group / "cgroup.procs").read_text().split() if group.is_dir() else []
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.05)
