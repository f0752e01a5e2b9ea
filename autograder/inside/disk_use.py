"""How much a submission has written: into its folders, into files without a name, and into shared memory."""

import contextlib
import os
import stat
import time
from collections.abc import Iterator

MIB = 1 << 20
BLOCK_BYTES = 512  # of st_blocks, whatever the file system
SHARED_MEMORY = "/dev/shm"
REST_PER_LOOK = 20  # a look takes at most a twentieth of the time


class DiskUse:
    """Looks at the files of one child, as often as that is cheap."""

    def __init__(self, folders: tuple[str, ...], pid: int, *, in_namespaces: bool, uid: int | None) -> None:
        """Note what is there already.

        Args:
            folders: where it can leave files.
            pid: the first process of its namespaces, whose `/dev/shm` is its own.
            in_namespaces: whether it has namespaces; if not it shares the machine's `/dev/shm`.
            uid: the sandbox's user, None if it is the harness's own.
        """
        self._folders = folders
        self._own_shared_memory = f"/proc/{pid}/root{SHARED_MEMORY}" if in_namespaces else ""
        self._uid = os.geteuid() if uid is None else uid
        self._before_mib = 0.0 if in_namespaces else self._files_in_shared_memory_mib()
        self._next_look, self._last = 0.0, (0.0, 0)

    def look(self, pids: list[int], most_files: int) -> tuple[float, int]:
        """Return MiB on disk and the number of files, counted up to little more than `most_files`."""
        begin = time.monotonic()
        if begin < self._next_look:
            return self._last
        count, blocks = 0, 0
        for status in self._written(pids):
            count += 1
            blocks += status.st_blocks
            if count > most_files:
                break
        self._last = blocks * BLOCK_BYTES / MIB, count
        self._next_look = begin + REST_PER_LOOK * (time.monotonic() - begin)
        return self._last

    def _written(self, pids: list[int]) -> Iterator[os.stat_result]:
        for folder in self._folders:
            yield from _below(folder)
        seen = set()
        for pid in pids:
            for status in _nameless(pid):
                if (status.st_dev, status.st_ino) not in seen:  # several processes may hold one file
                    seen.add((status.st_dev, status.st_ino))
                    yield status

    def shared_memory_mib(self) -> float:
        """Return what its files in `/dev/shm` hold, MiB; it is memory, though no process may map it."""
        if not self._own_shared_memory:
            return max(0.0, self._files_in_shared_memory_mib() - self._before_mib)
        with contextlib.suppress(OSError):
            system = os.statvfs(self._own_shared_memory)
            if os.stat(self._own_shared_memory).st_dev != os.stat(SHARED_MEMORY).st_dev:  # noqa: PTH116 (it has it by now)
                return (system.f_blocks - system.f_bfree) * system.f_frsize / MIB
        return 0.0

    def _files_in_shared_memory_mib(self) -> float:
        return sum(one.st_blocks for one in _below(SHARED_MEMORY) if one.st_uid == self._uid) * BLOCK_BYTES / MIB


def _below(folder: str) -> Iterator[os.stat_result]:
    """Yield the status of each file and folder below a folder; links are not followed."""
    waiting = [folder]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)


def _nameless(pid: int) -> Iterator[os.stat_result]:
    """Yield the status of files that a process holds open though they are deleted."""
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for number in os.listdir(folder):  # noqa: PTH208 (many times a second)
            with contextlib.suppress(OSError):
                status = os.stat(f"{folder}/{number}")  # noqa: PTH116
                if status.st_nlink == 0 and stat.S_ISREG(status.st_mode):
                    yield status
