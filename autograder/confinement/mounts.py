"""Builds a file tree that holds the files which a submission needs, and nothing else.

Source: mount(2), mount_setattr(2), pivot_root(2).
"""

import ctypes
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.confinement.kernel import checked, libc

PIVOT_ROOT = 41 if os.uname().machine == "aarch64" else 155
MOUNT_SETATTR = 442
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2
READ_ONLY, NO_SETUID, NO_DEVICES = 1, 2, 4  # of mount_setattr
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
PROC, SHARED_MEMORY = "/proc", "/dev/shm"


@dataclass(frozen=True)
class Visible:
    """The content of the new tree, each file at the path that it has outside.

    Attributes:
        readable: files and folders.
        writable: folders below a common one; copies of them lie in memory, and nobody outside sees new content.
        shared_memory_mib: size of a fresh `/dev/shm`.
        disk_mib: space for the writable folders together; deleted files that somebody still holds count.
        files: number of files and folders there.
    """

    readable: Sequence[str]
    writable: Sequence[str]
    shared_memory_mib: int
    disk_mib: int
    files: int


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def enter_root(root: str, visible: Visible) -> None:
    """Build the tree on the empty folder `root`, make it `/`, and let go of the old one.

    The caller is alone in a new mount namespace and has the rights to mount in it. A fresh `/proc` is
    mounted, so it is in a new process namespace too.

    Raises:
        OSError: the kernel refuses a step; names it.
    """
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m,nr_inodes=2k")
    done: list[str] = []
    for path in visible.readable:
        _show(path, root, done, READ_ONLY | NO_SETUID | NO_DEVICES)
    if visible.writable:
        _copy_writable(root, visible)
    for path in DEVICES:
        _show(path, root, done, NO_SETUID)
    for name, target in DEVICE_LINKS.items():
        Path(f"{root}/dev/{name}").symlink_to(target)
    _mount_new("tmpfs", root + SHARED_MEMORY, f"mode=1777,size={visible.shared_memory_mib}m")
    _mount_new("proc", root + PROC, None)
    _mount(None, root, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
    os.chdir(root)
    # The old root ends up on top of the new one, and is taken off: see pivot_root(2), "pivot_root(".", ".")".
    checked(libc.syscall(PIVOT_ROOT, b".", b"."), "pivot_root")
    checked(libc.umount2(b".", MNT_DETACH), "umount of the old root")
    os.chdir("/")


def _copy_writable(root: str, visible: Visible) -> None:
    """Copy the writable folders into a file system with a size, which bounds them however fast they grow."""
    top = os.path.commonpath([os.path.dirname(path) for path in visible.writable])  # noqa: PTH120
    os.makedirs(root + top, exist_ok=True)  # noqa: PTH103
    options = f"mode=0711,size={visible.disk_mib}m,nr_inodes={visible.files}"
    _mount("tmpfs", root + top, "tmpfs", MS_NOSUID | MS_NODEV, options)
    for path in visible.writable:
        _copy(path, root + path)


def _copy(source: str, target: str) -> None:
    """Copy a file, folder or link that we have laid out, with its mode and owner."""
    status = os.lstat(source)
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)  # noqa: PTH115, PTH211
    elif stat.S_ISDIR(status.st_mode):
        os.makedirs(target)  # noqa: PTH103
        for entry in os.scandir(source):
            _copy(entry.path, f"{target}/{entry.name}")
    else:
        Path(target).write_bytes(Path(source).read_bytes())
    os.chown(target, status.st_uid, status.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(status.st_mode):
        os.chmod(target, stat.S_IMODE(status.st_mode))  # noqa: PTH101


def _show(path: str, root: str, done: list[str], attributes: int) -> None:
    """Make `path` of the old tree visible at the same place in the new one, if it exists."""
    if any(path == shown or path.startswith(shown + "/") for shown in done):
        return
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
    if stat.S_ISLNK(mode):  # such as /lib, which leads to /usr/lib
        os.symlink(os.readlink(path), target)  # noqa: PTH115, PTH211
        _show(os.path.realpath(path), root, done, attributes)
        return
    if stat.S_ISDIR(mode):
        os.mkdir(target)  # noqa: PTH102
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    _mount(path, target, None, MS_BIND | MS_REC)
    _restrict(target, attributes)
    done.append(path)


def _restrict(target: str, attributes: int) -> None:
    """Set attributes on a mount and all below it; older kernels could do it for the topmost only."""
    wanted = _Attributes(set=attributes)
    size = ctypes.sizeof(wanted)
    result = libc.syscall(
        MOUNT_SETATTR, AT_FDCWD, os.fsencode(target), AT_RECURSIVE, ctypes.byref(wanted), ctypes.c_size_t(size)
    )
    checked(result, "mount_setattr")


def _mount_new(kind: str, target: str, options: str | None) -> None:
    os.makedirs(target, exist_ok=True)  # noqa: PTH103
    _mount(kind, target, kind, MS_NOSUID | MS_NODEV | MS_NOEXEC, options)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    result = libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    checked(result, f"mount of {kind or source or ''} on {target}")
