"""Confines a freshly forked child before it touches the student's code.

The order matters: see the comments. A child's steps hold only because the kernel lets nobody take them back. Limits on
the time and memory of the whole tree are the supervisor's (`watch.py`).
"""

import contextlib
import os
import resource
import signal
import tempfile
from pathlib import Path

from autograder.confinement import kernel
from autograder.wire.limits import Limits

MIB = 1 << 20


def keep_only(sources: list[int]) -> None:
    """Leave these descriptors, renumbered from 0 in their order, and close all others."""
    # Everything is first moved out of the way, so that no dup2 closes a descriptor that a later one needs.
    moved = [os.dup2(source, 100 + i, inheritable=False) for i, source in enumerate(sources)]
    for target, source in enumerate(moved):
        os.dup2(source, target, inheritable=target < 3)
    os.closerange(len(sources), resource.getrlimit(resource.RLIMIT_NOFILE)[0])


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


def limit_resources(limits: Limits, own_user: bool) -> None:
    """Set the limits that the kernel enforces for each process.

    Args:
        limits: of the child; some hold for each process by itself.
        own_user: whether the kernel counts the submission's processes apart from those of the harness's user.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    address_space = pages * resource.getpagesize() + 2 * limits.memory_mib * MIB
    cpu_s = int(limits.cpu_s) + 10  # the supervisor ends the tree first; this one is the safety net
    for name, value in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, limits.file_mib * MIB),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_NPROC, limits.processes + (0 if own_user else tasks_of_user())),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(name)[1]
        lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (lowered, lowered))


def tasks_of_user() -> int:
    """Return how many processes and threads this user has, which the limit on processes counts all together."""
    count = 0
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == os.geteuid():
                count += len(os.listdir(f"{entry.path}/task"))  # noqa: PTH208
    return count


def prefer_as_victim() -> None:
    """Ask the kernel to end this process first when the machine runs out of memory."""
    with contextlib.suppress(OSError):  # setuid makes the task non-dumpable, then this is not writable
        Path("/proc/self/oom_score_adj").write_text("1000")


def drop_privileges(uid: int | None) -> None:
    """Become the sandbox's user for good; with `uid` None the user stays and only rights are given up."""
    os.umask(0o077)
    kernel.bound_capabilities()
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    # After setuid, which clears it: when the supervisor dies, so does the child.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
