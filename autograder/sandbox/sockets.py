"""Finds sockets of other programs that a submission could reach: a desktop's bus, a container engine's, an agent's.

Landlock, up to ABI 8, does not keep a process from connecting to a socket that lies in the file system.
A private file tree does. Where there is none, the sandbox does without sockets if any is in reach.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

PLACES = ("/run", "/tmp", "/var/run", "/var/tmp", "/dev/shm")
MOST_ENTRIES = 20_000  # looked at; folders with more are rare, and a start must not take for ever


def socket_files() -> list[str]:
    """Return the files of all sockets that programs have bound and that can be found."""
    return sorted({*_known_to_the_kernel(), *_lying_about()})


def _known_to_the_kernel() -> Iterator[str]:
    with contextlib.suppress(OSError):
        for line in Path("/proc/net/unix").read_text(errors="replace").splitlines()[1:]:
            path = line.split(maxsplit=7)[7:]
            if path and path[0].startswith("/"):
                yield path[0]


def _lying_about() -> Iterator[str]:
    """Yield sockets bound in another network namespace, such as those mounted into a container."""
    waiting, seen = [*PLACES], 0
    while waiting and seen < MOST_ENTRIES:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif stat.S_ISSOCK(entry.stat(follow_symlinks=False).st_mode):
                        yield entry.path
