"""Denies system calls to a submission, through a thin binding to libseccomp.

The filter is built once, in the zygote, and installed by each child. It is a deny-list, because
PyTorch, OpenMP and Python's multiprocessing use a large and changing set of calls.
"""

import ctypes
import ctypes.util
import errno
import os
import tempfile
from functools import cache

from autograder.confinement.kernel import libc
from autograder.confinement.prepared import Prepared

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
PR_SET_SECCOMP, MODE_FILTER = 22, 2

CLONE_NEW_NAMESPACES = 0x7E020080  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME
AF_UNIX = 1
KIND_OF_SOCKET, CONNECTIONLESS = 0xF, (2, 3, 5)  # SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET; the rest are flags
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
CLONE_PARENT = 0x8000
FLAGS_OF_VECTORED = 5  # place of the flags of preadv2 and pwritev2, such as RWF_NOWAIT
MADV_COLD, MADV_PAGEOUT = 20, 21
F_OFD_GETLK, F_SETLEASE, F_NOTIFY = 36, 1024, 1026
WITHOUT_EFFECT = 0  # the call succeeds and does nothing

DENIED = (  # noqa: SIM905 (a hundred quoted words read worse)
    # other processes
    "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp "
    # namespaces and mounts
    "unshare setns mount umount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig "
    "fsmount fspick mount_setattr open_tree_attr statmount listmount "
    # keys, kernel, tracing
    "keyctl add_key request_key bpf perf_event_open userfaultfd kexec_load kexec_file_load "
    "init_module finit_module delete_module iopl ioperm modify_ldt lookup_dcookie "
    "io_uring_setup io_uring_enter io_uring_register "
    # System V and POSIX message queues: they outlive their process
    "shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink "
    # the machine
    "acct quotactl quotactl_fd reboot swapon swapoff sethostname setdomainname syslog settimeofday "
    "clock_settime clock_adjtime adjtimex vhangup nfsservctl personality "
    "setpriority ioprio_set mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node "
    "name_to_handle_at open_by_handle_at memfd_secret "
    # other programs' use of shared files: who opens them, and which of their pages are in memory
    "fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch "
    "mincore cachestat fadvise64 fadvise64_64 arm_fadvise64_64 readahead "
    # making devices and FIFOs, changing owners
    "mknod mknodat chown fchown lchown fchownat"
).split()
ON_ITSELF_ONLY = ["prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"]


class SeccompUnavailable(RuntimeError):
    """The machine has no libseccomp, or its kernel takes no filters."""


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


@cache
def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("seccomp") or "libseccomp.so.2"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise SeccompUnavailable(f"libseccomp cannot be loaded: {error}") from None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison),
    ]  # fmt: skip
    return library


def prepare() -> Prepared:
    """Build both filters, with sockets and without."""
    try:
        with_sockets, without_sockets = build_filter(sockets=True), build_filter(sockets=False)
    except SeccompUnavailable as error:
        return Prepared(f"missing: {error}")
    return Prepared("active", lambda policy: install(with_sockets if policy.sockets else without_sockets))


def build_filter(sockets: bool) -> bytes:
    """Return the filter as classic-BPF instructions.

    Args:
        sockets: whether AF_UNIX stream sockets are allowed; pairs of them always are.

    Raises:
        SeccompUnavailable: libseccomp is missing, or refuses one of the rules.
    """
    library = _library()
    context = library.seccomp_init(ALLOW)
    try:
        library.seccomp_attr_set(context, 2, KILL_PROCESS)  # SCMP_FLTATR_ACT_BADARCH
        for name in DENIED:
            _deny(context, name)
        # Without clone3, whose flags lie in memory, libc falls back to clone, whose flags can be read.
        _deny(context, "clone3", error=errno.ENOSYS)
        # Pages of such files that nobody maps belong to no process, so no limit on memory sees them.
        _deny(context, "memfd_create", error=errno.ENOSYS)
        # It takes a disk in less time than passes between two looks; libc then writes block by block.
        _deny(context, "fallocate", error=errno.EOPNOTSUPP)
        # The child of CLONE_PARENT is the supervisor's, outside of its maker's tree.
        for bit in (CLONE_PARENT, *(1 << n for n in range(32) if CLONE_NEW_NAMESPACES & 1 << n)):
            _deny(context, "clone", _Comparison(0, MASKED_EQUAL, bit, bit))
        # DataLoader's workers pass tensors over AF_UNIX; every other family leads out of the sandbox.
        for name in ("socket", "socketpair"):
            _deny(context, name, _Comparison(0, NOT_EQUAL, AF_UNIX, 0))
            for kind in CONNECTIONLESS:  # each message of such a socket can name another socket's file
                _deny(context, name, _Comparison(1, MASKED_EQUAL, KIND_OF_SOCKET, kind))
        if not sockets:
            _deny(context, "socket")
        for name in ON_ITSELF_ONLY:
            _deny(context, name, _Comparison(0, NOT_EQUAL, 0, 0))
        _deny_signs_of_others(context)
        for request in (TIOCSTI, TIOCLINUX):
            _deny(context, "ioctl", _Comparison(1, MASKED_EQUAL, 0xFFFFFFFF, request))
        return _exported(context)
    finally:
        library.seccomp_release(context)


def _deny_signs_of_others(context: int) -> None:
    """Deny the arguments that let a process leave marks on shared read-only files, or find the marks of others."""
    for name in ("preadv2", "pwritev2"):
        _deny(context, name, _Comparison(FLAGS_OF_VECTORED, NOT_EQUAL, 0, 0), errno.EOPNOTSUPP)
    for advice in (MADV_COLD, MADV_PAGEOUT):
        _deny(context, "madvise", _Comparison(2, EQUAL, advice, 0))
    for command in (F_OFD_GETLK, F_SETLEASE, F_NOTIFY):
        _deny(context, "fcntl", _Comparison(1, EQUAL, command, 0))
    # A lock needs no right to write, and everybody sees it. A probe is alone with the files that it may write.
    _deny(context, "flock", error=WITHOUT_EFFECT)


def _deny(context: int, name: str, comparison: _Comparison | None = None, error: int = errno.EPERM) -> None:
    library = _library()
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number == -1:  # older than this libseccomp: the kernel that it came with lacks the call too
        return
    action = 0x00050000 | error  # SCMP_ACT_ERRNO
    rules = (comparison,) if comparison else ()
    array = (_Comparison * len(rules))(*rules)
    code = library.seccomp_rule_add_array(context, action, number, len(rules), array)
    if code != 0:
        raise SeccompUnavailable(f"libseccomp refuses the rule for {name}: {os.strerror(-code)}")


def _exported(context: int) -> bytes:
    with tempfile.TemporaryFile() as file:
        code = _library().seccomp_export_bpf(context, file.fileno())
        if code != 0:
            raise SeccompUnavailable(f"libseccomp cannot export its filter: {os.strerror(-code)}")
        file.seek(0)
        return file.read()


def install(instructions: bytes) -> None:
    """Confine the calling thread, and all that it starts, for good. `NO_NEW_PRIVS` must be set.

    Raises:
        SeccompUnavailable: the kernel does not take the filter.
    """
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = _Program(len(instructions) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise SeccompUnavailable(f"the kernel refuses the filter: {os.strerror(ctypes.get_errno())}")
