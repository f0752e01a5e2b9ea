"""Attempts to leave the sandbox: network, other processes, privileges, folders of others."""

import os
import socket
from pathlib import Path

import pytest

from autograder.wire.layers import Feature
from tests.sandbox.bench import Bench
from tests.sandbox.test_secrets import TRY

SYSTEM_CALLS = {  # number on x86-64 and on aarch64
    "unshare": (272, 97),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "open_by_handle_at": (304, 265),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "personality": (135, 92),
    "memfd_secret": (447, 447),
}


@pytest.mark.parametrize("name", sorted(SYSTEM_CALLS))
def test_system_call_is_denied(bench: Bench, name: str) -> None:
    """Calls that lead out of the sandbox, or into dark corners of the kernel, are refused by number."""
    number = SYSTEM_CALLS[name][os.uname().machine == "aarch64"]
    seen = bench.run(
        TRY
        + f"""
def answer():
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall({number}, 0x10000000, 0, 0, 0, 0), errno.errorcode[ctypes.get_errno()]]
"""
    )

    assert seen.value == [-1, "EPERM"]


def test_new_namespace_by_clone_is_denied(bench: Bench) -> None:
    """`clone` with a flag of a namespace is refused, and `clone3`, whose flags cannot be seen, is absent."""
    clone, clone3 = (220, 435) if os.uname().machine == "aarch64" else (56, 435)
    seen = bench.run(
        TRY
        + f"""
def call(*arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall(*arguments), errno.errorcode[ctypes.get_errno()]]
def answer():
    return [call({clone}, 0x10000000 | 17, 0, 0, 0, 0), call({clone3}, 0, 0)]
"""
    )

    assert seen.value == [[-1, "EPERM"], [-1, "ENOSYS"]]


@pytest.mark.parametrize(
    "reach",
    [
        "socket.create_connection(('127.0.0.1', {port}), 2)",
        "socket.create_connection(('169.254.169.254', 80), 2)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socket(40, socket.SOCK_STREAM)",
        "urllib.request.urlopen('http://127.0.0.1:{port}/')",
        "socket.getaddrinfo('example.org', 80)",
    ],
)
def test_network_cannot_be_reached(bench: Bench, reach: str) -> None:
    """No family of sockets but AF_UNIX can be opened, not even to this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        code = reach.format(port=server.getsockname()[1])
        seen = bench.run(TRY + f"import socket, urllib.request\ndef answer():\n    return outcome(lambda: {code})\n")

        with pytest.raises(TimeoutError):
            server.accept()
    assert seen.value in ("EPERM", "EACCES", "error"), seen.value


def test_abstract_socket_of_another_cannot_be_reached(bench: Bench, landlocked: bool) -> None:
    """Sockets without a file, such as a desktop's, are out of reach: another network, or Landlock from ABI 6 on."""
    apart = bench.sandbox.features()[Feature.NAMESPACES] == "active"
    abi = int(bench.sandbox.features()[Feature.LANDLOCK].removeprefix("active: ABI ")) if landlocked else 0
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0autograder-test-{os.getpid()}")
        server.listen()
        code = f"socket.socket(socket.AF_UNIX).connect('\\0autograder-test-{os.getpid()}')"
        seen = bench.run(TRY + f"import socket\ndef answer():\n    return outcome(lambda: {code})\n")

    assert seen.value == ("ECONNREFUSED" if apart else "EPERM" if abi >= 6 else "worked")


@pytest.mark.parametrize("number", [0, 9, 15, 19])
def test_harness_cannot_be_killed(bench: Bench, landlocked: bool, number: int) -> None:
    """Neither grader nor zygote nor init takes a signal from the sandbox."""
    pids = [os.getpid(), bench.supervisor, bench.zygote, 1]
    seen = bench.run(TRY + f"def answer():\n    return [outcome(lambda: os.kill(pid, {number})) for pid in {pids}]\n")

    assert set(seen.value) <= {"EPERM", "ESRCH"}


@pytest.mark.parametrize(
    "raise_it",
    ["os.setuid(0)", "os.setresuid(0, 0, 0)", "os.setgroups([0])", "os.setgid(0)", "os.chroot('.')", "os.nice(-5)"],
)
def test_privileges_cannot_be_regained(bench: Bench, raise_it: str) -> None:
    """The way back to root is closed."""
    seen = bench.run(TRY + f"def answer():\n    return [outcome(lambda: {raise_it}), os.geteuid()]\n")

    assert seen.value == ["EPERM", bench.uid or os.geteuid()]


def test_setuid_programs_give_nothing(bench: Bench) -> None:
    """No program that is started can have more rights than the one that starts it."""
    seen = bench.run("""
        def answer():
            status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
            return [status[name].strip() for name in ("NoNewPrivs", "CapEff", "CapPrm", "Seccomp")]
    """)

    assert seen.value == ["1", "0" * 16, "0" * 16, "2"]


@pytest.mark.parametrize(
    "path", ["/tmp/left-{pid}", "/var/tmp/left-{pid}", "/dev/left-{pid}", "/left-{pid}", "{root}/left", "{given}/left"]
)
def test_nothing_is_written_elsewhere(bench: Bench, landlocked: bool, path: str) -> None:
    """Only the workspace, the scratch folder and /dev/shm take files."""
    if not landlocked and "tmp/left" in path:
        pytest.skip("without Landlock, folders that are open to every user are open to the sandbox")
    target = path.format(pid=os.getpid(), root=bench.stage.given.parent, given=bench.stage.given)
    seen = bench.run(TRY + f"def answer():\n    return outcome(lambda: open('{target}', 'w').write('x'))\n")

    assert seen.value in ("EACCES", "EPERM", "EROFS", "ENOENT")
    assert not Path(target).exists()


@pytest.mark.parametrize("change", ["os.chmod(p, 0o777)", "os.chown(p, 0, 0)", "os.remove(p)", "os.utime(p)"])
def test_files_of_others_cannot_be_changed(bench: Bench, tmp_path: Path, change: str) -> None:
    """Modes, owners and times of files outside are as they were."""
    if os.geteuid() != 0 and change.startswith(("os.chmod", "os.utime")):
        pytest.skip("Landlock leaves modes and times alone, and the sandbox is the same user")
    path = Path("/var/tmp") / f"of-others-{os.getpid()}"
    path.write_text("x")
    path.chmod(0o644)
    before = path.stat()
    try:
        seen = bench.run(TRY + f"p = '{path}'\ndef answer():\n    return outcome(lambda: {change})\n")

        assert seen.value in ("EACCES", "EPERM", "ENOENT")
        assert (path.stat().st_mode, path.stat().st_mtime) == (before.st_mode, before.st_mtime)
    finally:
        path.unlink()


def test_child_is_the_first_victim_of_a_full_memory(bench: Bench) -> None:
    """If the machine runs out of memory, the kernel ends the submission and not the grader."""
    seen = bench.run(
        TRY
        + """
def answer():
    before = open("/proc/self/oom_score_adj").read()
    return [before.strip(), outcome(lambda: open("/proc/self/oom_score_adj", "w").write("0"))]
"""
    )

    assert seen.value[0] == "1000"
    assert seen.value[1] in ("EACCES", "EPERM")
