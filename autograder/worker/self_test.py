"""Attacks that the harness runs on itself before it lets a submission in."""

import contextlib
import ctypes
import mmap
import os
import resource
import signal
import socket
import stat
import subprocess
import sysconfig
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from autograder.wire import layers
from autograder.wire.built_in import Attempts, Daemon, Held, Surroundings, TakenMemory
from autograder.wire.layers import Layer

CLONE_NEWUSER = 0x10000000
PR_GET_NO_NEW_PRIVS = 39
SETUID_PROGRAMS = ("/usr/bin/su", "/usr/bin/mount", "/bin/su", "/bin/mount")  # that know --version
EXPECTED_DESCRIPTORS = {"0", "1", "2", "3"}
STEP_BYTES = 1 << 20


def surroundings(sockets: list[str]) -> Surroundings:
    """Look around in the sandbox.

    Args:
        sockets: files of sockets that other programs listen on.
    """
    shared = os.statvfs("/dev/shm")
    return Surroundings(
        unreadable=_unreadable(),
        reached=[path for path in sockets if _works(lambda path=path: _connect(path))],  # type: ignore[misc]
        shared_memory_mib=shared.f_bavail * shared.f_frsize >> 20,
    )


def _unreadable() -> list[str]:
    needed = (str(Path.cwd()), os.environ["TMPDIR"], sysconfig.get_path("stdlib"), str(Path(torch.__file__).parent))
    return [path for path in needed if not os.access(path, os.R_OK | os.X_OK)]


def attempts(hidden: list[str], grader: int) -> Attempts:
    """Make attempts that must fail.

    Args:
        hidden: files that hold labels, tests or the reference solution.
        grader: process id of the grader.
    """
    succeeded = {
        "read the labels, the tests or the reference": any(_works(Path(path).read_bytes) for path in hidden),
        "open a network socket": _works(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "send the grader a signal": _works(lambda: os.kill(grader, signal.SIGCONT)),
        "read the grader's environment": _works(lambda: Path(f"/proc/{grader}/environ").read_bytes()),
        "become root": os.geteuid() != 0 and _works(lambda: os.setuid(0)),
        "make a namespace": _works(_new_namespace),
        layers.TOLERATED_AS_ROOT: _works(_write_outside),
    }
    return Attempts(succeeded=succeeded)


@dataclass(frozen=True)
class Grader:
    """The grader, for comparison.

    Attributes:
        pid: its process id.
        uid: its user.
        namespaces: number of each of its namespaces.
        outside: a file that every user may read, not among those that a submission needs.
    """

    pid: int
    uid: int
    namespaces: Mapping[str, int]
    outside: str

    def shares(self, namespace: str) -> bool:
        """Return whether this process is in the same namespace."""
        return Path(f"/proc/self/ns/{namespace}").stat().st_ino == self.namespaces[namespace]


# For each layer that is attacked from inside: whether it holds, found by trying an action that it alone prevents.
HOLDS: dict[Layer, Callable[[Grader], bool]] = {
    layers.SEPARATE_PROCESS: lambda _: _open_descriptors() == EXPECTED_DESCRIPTORS,
    layers.PROCESS_LIMITS: lambda _: not _works(_raise_limits),
    layers.NO_NEW_PRIVILEGES: lambda _: _no_new_privileges() and not any(map(_gains_rights, SETUID_PROGRAMS)),
    layers.DEDICATED_USER: lambda it: os.geteuid() != it.uid and not _works(lambda: os.kill(it.pid, 0)),
    layers.SYSTEM_CALL_FILTER: lambda _: not _works(_new_namespace) and not _works(_open_netlink),
    layers.USER_NAMESPACE: lambda it: not it.shares("user"),
    layers.FILE_TREE: lambda it: not it.shares("mnt") and not Path(it.outside).exists(),
    layers.PROCESS_NAMESPACE: lambda it: not it.shares("pid") and _processes() <= 2,
    layers.NETWORK_NAMESPACE: lambda it: not it.shares("net") and _interfaces() <= {"lo"},
    layers.IPC_NAMESPACE: lambda it: not it.shares("ipc"),
    layers.HOST_NAME_NAMESPACE: lambda it: not it.shares("uts") and os.uname().nodename == "sandbox",
    layers.LANDLOCK: lambda _: not _works(lambda: _entries("/")),
}


def held(grader: dict[str, Any], outside: str) -> Held:
    """Attack each of these layers.

    Args:
        grader: the grader's `pid`, `uid` and `namespaces`.
        outside: a file that every user may read, not among those that a submission needs.
    """
    identity = Grader(**grader, outside=outside)
    return Held(held={layer.name: holds(identity) for layer, holds in HOLDS.items()})


def take_memory(mib: int) -> TakenMemory:
    """Take memory that is shared, which a limit on each process's data does not see."""
    block = mmap.mmap(-1, mib << 20)
    for place in range(0, len(block), STEP_BYTES):
        block[place : place + STEP_BYTES] = b"x" * STEP_BYTES
    time.sleep(0.2)  # so that a supervisor that looks now and then can see it
    return TakenMemory(mib=mib)


def spin() -> None:
    """Compute without end, deaf to every signal that can be blocked."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass


def leave_daemon() -> Daemon:
    """Start a process that detaches itself from everything."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        for descriptor in range(4):
            os.close(descriptor)
        time.sleep(1000)
    return Daemon(pid=pid)


def _works(attack: Callable[[], object]) -> bool:
    with contextlib.suppress(OSError, ValueError):
        attack()
        return True
    return False


def _entries(folder: str) -> list[Path]:
    return list(Path(folder).iterdir())


def _open(descriptor: str) -> bool:
    return _works(lambda: os.fstat(int(descriptor)))


def _open_descriptors() -> set[str]:
    return {path.name for path in _entries("/proc/self/fd") if _open(path.name)}


def _processes() -> int:
    return sum(path.name.isdigit() for path in _entries("/proc"))


def _interfaces() -> set[str]:
    return {line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines() if ":" in line}


def _no_new_privileges() -> bool:
    return bool(ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)


def _gains_rights(program: str) -> bool:
    """Return whether a program runs as its owner: then the loader does not print the auxiliary vector when asked to."""
    try:
        if not os.stat(program).st_mode & stat.S_ISUID:  # noqa: PTH116
            return False
        shown = subprocess.run([program, "--version"], env={"LD_SHOW_AUXV": "1"}, capture_output=True, check=False)
    except OSError:
        return False
    return shown.returncode == 0 and b"AT_EUID" not in shown.stdout


def _raise_limits() -> None:
    resource.setrlimit(resource.RLIMIT_NPROC, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as ours:
        ours.setblocking(False)
        ours.connect(path)


def _open_netlink() -> None:
    socket.socket(socket.AF_NETLINK).close()


def _new_namespace() -> None:
    pid = os.fork()  # the kernel gives user namespaces to processes of one thread only
    if pid == 0:
        os._exit(ctypes.CDLL(None).unshare(CLONE_NEWUSER) != 0)
    if os.waitpid(pid, 0)[1] != 0:
        raise PermissionError("unshare")


def _write_outside() -> None:
    path = Path(f"/var/tmp/autograder-self-test-{os.getpid()}")
    path.write_bytes(b"")  # not touch(), which needs no right to write where the file is our own already
    path.unlink()
