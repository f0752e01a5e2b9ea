"""Measures how much a submission wrote: into its folders, into files without a name, and into shared memory."""

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
        """Note the files that are there already.

        Args:
            folders: where it can leave files.
            pid: the first process of its namespaces, whose `/dev/shm` is its own.
            in_namespaces: whether it has namespaces; if not it shares the machine's `/dev/shm`.
            uid: the sandbox's user, None if it is the harness's own.
        """
        self._folders = folders
        self._own_disk = f"/proc/{pid}/root{folders[0]}" if in_namespaces and folders else ""
        self._own_shared_memory = f"/proc/{pid}/root{SHARED_MEMORY}" if in_namespaces else ""
        self._uid = os.geteuid() if uid is None else uid
        self._memory_device = _device(SHARED_MEMORY)
        self._before_mib = 0.0 if in_namespaces else self._files_in_shared_memory_mib()
        self._next_look, self._last = 0.0, (0.0, 0)

    def look(self, pids: list[int], most_files: int) -> tuple[float, int]:
        """Return MiB on disk and the number of files, counted up to little more than `most_files`."""
        if self._own_disk:
            self._last = self._used_of_own_disk()
            return self._last
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

    def _used_of_own_disk(self) -> tuple[float, int]:
        """Return MiB and files of the file system that the writable folders lie in; deleted ones count."""
        with contextlib.suppress(OSError):  # it has ended by now
            system = os.statvfs(self._own_disk)
            return (system.f_blocks - system.f_bfree) * system.f_frsize / MIB, system.f_files - system.f_ffree
        return self._last

    def _written(self, pids: list[int]) -> Iterator[os.stat_result]:
        for folder in self._folders:
            yield from _below(folder)
        yield from (status for status in _nameless(pids) if status.st_dev != self._memory_device)

    def shared_memory_mib(self, pids: list[int]) -> float:
        """Return the size of its files in `/dev/shm`, MiB; this is memory even if no process maps it."""
        if self._own_shared_memory:
            return self._used_of_own_mib()
        nameless = (status.st_blocks for status in _nameless(pids) if status.st_dev == self._memory_device)
        named_mib = max(0.0, self._files_in_shared_memory_mib() - self._before_mib)
        return named_mib + sum(nameless) * BLOCK_BYTES / MIB

    def _used_of_own_mib(self) -> float:
        with contextlib.suppress(OSError):  # it has ended by now
            device = _device(self._own_shared_memory)
            if device != _device(SHARED_MEMORY):  # its own file tree stands
                self._memory_device = device
                system = os.statvfs(self._own_shared_memory)
                return (system.f_blocks - system.f_bfree) * system.f_frsize / MIB
        return 0.0

    def _files_in_shared_memory_mib(self) -> float:
        return sum(one.st_blocks for one in _below(SHARED_MEMORY) if one.st_uid == self._uid) * BLOCK_BYTES / MIB


def _device(path: str) -> int:
    return os.stat(path).st_dev  # noqa: PTH116 (many times a second)


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


def _nameless(pids: list[int]) -> Iterator[os.stat_result]:
    """Yield the status of files that processes hold open though they are deleted, each file once."""
    seen = set()
    for pid in pids:
        folder = f"/proc/{pid}/fd"
        with contextlib.suppress(OSError):
            for number in os.listdir(folder):  # noqa: PTH208 (many times a second)
                with contextlib.suppress(OSError):
                    status = os.stat(f"{folder}/{number}")  # noqa: PTH116
                    key = status.st_dev, status.st_ino
                    if status.st_nlink == 0 and stat.S_ISREG(status.st_mode) and key not in seen:
                        seen.add(key)
                        yield status
