"""A control group for the sandbox, from its supervisor on: the kernel's own limit on their memory and number.

The kernel sees events that polling may miss: memory that is taken and given back between two looks, and memory
that belongs to no process. Version 1 and version 2 of control groups; root only, because an ordinary user's
are hardly ever open to the user.

Source: Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of the Linux kernel.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from autograder.wire.messages import GroupFiles

MOUNT = Path("/sys/fs/cgroup")
MIB = 1 << 20
MARGIN = 1.1  # page tables and the kernel's own memory count here; the supervisor ends a probe at the limit itself
LIMIT = {1: "memory.limit_in_bytes", 2: "memory.max"}
EVENTS = {1: "memory.oom_control", 2: "memory.events"}
CPU = {1: "cpuacct.usage", 2: "cpu.stat"}
BASE = {1: ("total_rss", "total_shmem"), 2: ("anon", "shmem")}


class CgroupUnavailable(RuntimeError):
    """This machine gives us no control group; the text says why."""


@dataclass(frozen=True)
class Cgroup:
    """One group, reused by every sandbox of the same user.

    Attributes:
        version: 1 or 2.
        memory: folder of the memory controller.
        pids: folder of the pids controller; the same with version 2.
        cpu: folder of the accounting of CPU seconds; the same with version 2.
    """

    version: int
    memory: Path
    pids: Path
    cpu: Path

    @classmethod
    def open(cls, name: str) -> Self:
        """Make the group, or take over the one that an earlier grader left.

        Raises:
            CgroupUnavailable: control groups are missing, read-only, or lack these controllers.
        """
        try:
            return cls._open_version_2(name) if (MOUNT / "cgroup.controllers").is_file() else cls._open_version_1(name)
        except OSError as error:
            raise CgroupUnavailable(f"{error.filename or MOUNT}: {error.strerror}") from None

    @classmethod
    def _open_version_1(cls, name: str) -> Self:
        folders = {}
        for controller in ("memory", "pids", "cpuacct"):
            folders[controller] = MOUNT / controller / own_path(controller) / name
            folders[controller].mkdir(exist_ok=True)
        return cls(1, folders["memory"], folders["pids"], folders["cpuacct"])

    @classmethod
    def _open_version_2(cls, name: str) -> Self:
        # A group with processes in it cannot have children with controllers, but for the topmost.
        for parent in (MOUNT / own_path(""), MOUNT):
            with contextlib.suppress(OSError):
                (parent / "cgroup.subtree_control").write_text("+memory +pids")
                folder = parent / name
                folder.mkdir(exist_ok=True)
                return cls(2, folder, folder, folder)
        raise CgroupUnavailable("no group may be made here")

    def add(self, pid: int) -> None:
        """Move a process, and all that it will start, into the group.

        Raises:
            CgroupUnavailable: the kernel does not take it.
        """
        try:
            for folder in {self.memory, self.pids, self.cpu}:
                (folder / "cgroup.procs").write_text(str(pid))
        except OSError as error:
            raise CgroupUnavailable(f"{error.filename or MOUNT}: {error.strerror}") from None

    def limit(self, memory_mib: int, processes: int) -> None:
        """Allow this much more than is in use now; call it while no probe runs.

        Raises:
            CgroupUnavailable: the kernel does not take it.
        """
        try:
            self._limit(memory_mib, processes)
        except OSError as error:
            raise CgroupUnavailable(f"{error.filename or MOUNT}: {error.strerror}") from None

    def _limit(self, memory_mib: int, processes: int) -> None:
        lines = dict(line.split() for line in (self.memory / "memory.stat").read_text().splitlines())
        base = sum(int(lines.get(name, 0)) for name in BASE[self.version])
        (self.memory / LIMIT[self.version]).write_text(str(base + int(MARGIN * memory_mib * MIB)))
        (self.pids / "pids.max").write_text(str(int((self.pids / "pids.current").read_text()) + processes + 1))

    def files(self) -> GroupFiles:
        """Return the files in which the kernel counts the group's CPU seconds and its killings."""
        return GroupFiles(cpu=str(self.cpu / CPU[self.version]), events=str(self.memory / EVENTS[self.version]))

    def remove(self) -> None:
        """Remove the group, unless a process still runs in it; the next sandbox of the same user takes it over then."""
        for folder in {self.memory, self.pids, self.cpu}:
            with contextlib.suppress(OSError):
                folder.rmdir()


def own_path(controller: str) -> str:
    """Return the path of this process's group below the controller's mount."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path.lstrip("/")
    return ""
