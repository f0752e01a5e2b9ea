"""What attacks share: their targets, and a way to say what came of an attempt."""

import ctypes
import gc
import json
import os
from pathlib import Path

TARGETS = json.loads(Path("targets.json").read_text())
CALLS = {  # number on x86-64 and on aarch64
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "setns": (308, 268),
    "unshare": (272, 97), "clone": (56, 220), "io_uring_setup": (425, 425), "bpf": (321, 280), "keyctl": (250, 219),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "prlimit64": (302, 261), "open_by_handle_at": (304, 265), "personality": (135, 92), "clone3": (435, 435),
    "kcmp": (312, 272), "add_key": (248, 217), "syslog": (103, 116), "quotactl": (179, 60),
    "mincore": (27, 232), "cachestat": (451, 451), "fadvise64": (221, 223), "readahead": (187, 213),
    "preadv2": (327, 286), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27), "fanotify_init": (300, 262),
}  # fmt: skip

_libc = ctypes.CDLL(None, use_errno=True)


def say(line):
    """Print a line, so that it is out even if the process ends in the next moment."""
    os.write(1, f"{line}\n".encode())


def attempt(what, action, denials=(OSError,)):
    """Try something that must be denied, and say what came of it; whatever ends without an error is a breach."""
    try:
        result = action()
    except denials as error:
        say(f"denied: {what}: {type(error).__name__} {error}"[:200])
        return
    say(f"BREACH: {what}: {result!r}"[:200])


def bounded():
    """Return whether the working directory lies in its own bounded file system, as it does in namespaces."""
    system = os.statvfs(".")
    return system.f_blocks * system.f_frsize < 1 << 30


def harness_channel():
    """Return the harness's own channel to the grader, with its nonce, as whoever shares its process can find it."""
    return next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel")


def system_call(name, *arguments):
    """Make a system call by its number.

    Raises:
        OSError: it returned -1.
    """
    result = _libc.syscall(CALLS[name][os.uname().machine == "aarch64"], *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
