"""What a freshly forked child does to itself before it touches the student's code.

The order matters: see the comments. What a child does to itself only holds because the kernel lets
nobody take it back; limits on time and memory of the whole tree are the zygote's (`watch.py`).
"""

import contextlib
import ctypes
import os
import resource
import signal
import tempfile
from pathlib import Path
from typing import Any

from autograder.inside import landlock, seccomp

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
MIB = 1 << 20
FIRST_UNUSED_DESCRIPTOR = 4  # 0, 1, 2 and the channel of the results, 3

_libc = ctypes.CDLL(None, use_errno=True)


def keep_descriptors(channel: int, output: int) -> None:
    """Leave 0 (nothing to read), 1 and 2 (what is printed) and 3 (the results); close all others."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Everything is first moved out of the way, so that no dup2 closes what a later one needs.
    sources = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate((nothing, output, output, channel))]
    for target, source in enumerate(sources):
        os.dup2(source, target, inheritable=target < 3)
    os.closerange(FIRST_UNUSED_DESCRIPTOR, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def enter_workspace(workspace: str, scratch: str) -> None:
    """Make `workspace` the working directory and `scratch` the home and place of temporary files."""
    os.chdir(workspace)
    os.environ.update(
        HOME=scratch, TMPDIR=scratch, XDG_CACHE_HOME=f"{scratch}/cache", MPLCONFIGDIR=f"{scratch}/matplotlib",
        TORCH_HOME=f"{scratch}/torch", TORCHINDUCTOR_CACHE_DIR=f"{scratch}/inductor", PWD=workspace,
    )  # fmt: skip
    tempfile.tempdir = None  # both cache the folder that they found when they were imported
    with contextlib.suppress(ImportError):
        from multiprocessing import process

        process.current_process()._config["tempdir"] = None  # type: ignore[attr-defined]


def limit_resources(limits: dict[str, Any]) -> None:
    """Set what the kernel enforces for each process."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    address_space = pages * resource.getpagesize() + 2 * limits["memory_mib"] * MIB
    cpu_s = int(limits["cpu_s"]) + 5  # the zygote ends the tree first; this one is the safety net
    for name, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, limits["file_mib"] * MIB),
        (resource.RLIMIT_NOFILE, limits["descriptors"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (lowered, lowered))


def drop_privileges(uid: int | None) -> None:
    """Become the sandbox's user for good; with `uid` None the user stays and only rights are given up."""
    with contextlib.suppress(OSError):  # setuid makes the task non-dumpable, then this is not writable
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.umask(0o077)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    # After setuid, which clears it: when the zygote dies, so does the child.
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def seal(readable: list[str], writable: list[str], instructions: bytes) -> None:
    """Give up files and system calls, as far as the machine can; the earlier steps need some of them."""
    if landlock.abi():
        landlock.restrict(readable, writable)
    if instructions:
        seccomp.install(instructions)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
