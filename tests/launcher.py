"""Turns this process into one of another kind of machine, then runs the command in it.

    python -I launcher.py user UID COMMAND …        an ordinary user
    python -I launcher.py bare-user UID COMMAND …   one who may not make namespaces; `-` for UID changes no user
    python -I launcher.py docker COMMAND …          root in a container with Docker's defaults

It needs nothing but Python and libseccomp, so it works while the harness itself is being changed.
Source of Docker's list: profiles/seccomp/default.json of moby/moby, without the calls that it allows to a container
with the default capabilities on a kernel after 4.8.
"""

import ctypes
import errno
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

NEWNS, NEWPID = 0x00020000, 0x20000000
NAMESPACE_FLAGS = 0x7E020080  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
MASKED_EQUAL = 7

NAMESPACES = ("unshare", "setns")
DOCKER_DENIES = (  # noqa: SIM905 (fifty quoted words read worse)
    "acct add_key bpf clock_settime create_module delete_module fanotify_init finit_module fsconfig fsmount fsopen "
    "fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp "
    "kexec_file_load kexec_load keyctl lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages "
    "nfsservctl open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise query_module "
    "quotactl quotactl_fd reboot request_key set_mempolicy set_mempolicy_home_node setdomainname sethostname "
    "settimeofday stime swapoff swapon sysfs syslog umount umount2 uselib userfaultfd ustat vhangup vm86 vm86old"
).split()
# chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw, sys_chroot,
# mknod, audit_write, setfcap
DOCKER_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
SHARED_MEMORY = b"size=64m,mode=1777"

libc = ctypes.CDLL(None, use_errno=True)


class _Comparison(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def checked(result: int, what: str) -> int:
    """Return the result of a libc call.

    Raises:
        OSError: it failed; names the call.
    """
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), what)
    return result


def deny(names: Iterable[str]) -> None:
    """Make these system calls, and all that create a namespace, fail with EPERM permanently."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    # By itself the library sets NO_NEW_PRIVS, which no container does; root can do without.
    library.seccomp_attr_set(context, 3, ctypes.c_uint32(0))

    def refuse(name: str, error: int = errno.EPERM, *rules: _Comparison) -> None:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number < 0:  # not on this architecture
            return
        array = (_Comparison * len(rules))(*rules)
        code = library.seccomp_rule_add_array(context, ctypes.c_uint32(ERRNO | error), number, len(rules), array)
        if code:
            raise OSError(-code, os.strerror(-code), name)

    for name in (*names, *NAMESPACES):
        refuse(name)
    for bit in (1 << n for n in range(32) if NAMESPACE_FLAGS & 1 << n):
        refuse("clone", errno.EPERM, _Comparison(0, MASKED_EQUAL, bit, bit))
    # A filter cannot see its flags. Only ENOSYS makes libc fall back to clone.
    refuse("clone3", errno.ENOSYS)
    if (code := library.seccomp_load(context)) != 0:
        raise OSError(-code, os.strerror(-code), "seccomp_load")


def become(uid: int) -> None:
    """Become an ordinary user."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def contain() -> None:
    """Continue as a process of a container, with separate processes, mounts, capabilities and system calls."""
    checked(libc.unshare(NEWNS | NEWPID), "unshare")
    outer = os.fork()
    if outer:
        sys.exit(status_of(outer))
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    mount(b"none", b"/", None, MS_REC | MS_PRIVATE)
    mount(b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount(b"shm", b"/dev/shm", b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, SHARED_MEMORY)
    mount(b"/proc/sys", b"/proc/sys", None, MS_BIND)
    for place in [b"/proc/sys", *below_sys()]:
        mount(b"none", place, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    for number in range(64):
        if number not in DOCKER_CAPABILITIES:
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # fails for those that this kernel does not know
    deny(DOCKER_DENIES)
    # The command is not the first process of its namespace, which other rules apply to.
    command = os.fork()
    if command:
        sys.exit(status_of(command))


def below_sys() -> list[bytes]:
    """Return all mount points at and below /sys, including control groups."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_bytes().splitlines()]
    return [place for place in mounts if place == b"/sys" or place.startswith(b"/sys/")]


def mount(source: bytes, target: bytes, kind: bytes | None, flags: int, data: bytes | None = None) -> None:
    """Mount, or change a mount."""
    checked(libc.mount(source, target, kind, ctypes.c_ulong(flags), data), f"mount {target.decode()}")


def status_of(child: int) -> int:
    """Forward signals to the child until it ends, reap other children, and return the child's exit status."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: os.kill(child, number))
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status) % 256 if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def main() -> None:
    """Carry out the arguments."""
    kind, *command = sys.argv[1:]
    if kind == "docker":
        contain()
    else:
        uid, *command = command
        if uid == "-":
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)  # without it, only root may install a filter
        if kind == "bare-user":
            deny(())
        if uid != "-":
            become(int(uid))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
