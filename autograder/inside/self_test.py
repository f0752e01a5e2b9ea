"""Attacks that the harness runs on itself before it lets a submission in."""

import contextlib
import ctypes
import os
import signal
import socket
import sysconfig
from collections.abc import Callable
from pathlib import Path

import torch

CLONE_NEWUSER = 0x10000000


def unreadable() -> list[str]:
    """Return the folders that a submission needs and that the sandbox's user cannot come to."""
    needed = (str(Path.cwd()), os.environ["TMPDIR"], sysconfig.get_path("stdlib"), str(Path(torch.__file__).parent))
    return [path for path in needed if not os.access(path, os.R_OK | os.X_OK)]


def attempts(hidden: list[str], grader: int) -> dict[str, bool]:
    """Try what must fail; return each attempt with whether it succeeded.

    Args:
        hidden: files that hold labels, tests or the reference solution.
        grader: process id of the grader.
    """
    return {
        "read the labels, the tests or the reference": any(_works(Path(path).read_bytes) for path in hidden),
        "open a network socket": _works(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "send the grader a signal": _works(lambda: os.kill(grader, signal.SIGCONT)),
        "read the grader's environment": _works(lambda: Path(f"/proc/{grader}/environ").read_bytes()),
        "become root": os.geteuid() != 0 and _works(lambda: os.setuid(0)),
        "make a namespace": _works(_new_namespace),
        "leave files in folders that are open to all": _works(_write_outside),
    }


def _works(attack: Callable[[], object]) -> bool:
    with contextlib.suppress(OSError):
        attack()
        return True
    return False


def _new_namespace() -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def _write_outside() -> None:
    path = Path(f"/var/tmp/autograder-self-test-{os.getpid()}")
    path.write_bytes(b"")  # not touch(), which needs no right to write where the file is our own already
    path.unlink()
