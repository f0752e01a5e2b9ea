"""Each imitated machine has the properties that it claims."""

import json
import os
from typing import Any

import pytest

from tests.environments import PROJECT, USER, Environment, environments

ALL_OF_DOCKER = 0xA80425FB  # what `docker run` shows as CapEff
ACCOUNT = """
import ctypes, json, os, pathlib
libc = ctypes.CDLL(None, use_errno=True)
def error_of(call, *arguments):
    child = os.fork()
    if child == 0:
        os._exit(0 if getattr(libc, call)(*arguments) >= 0 else ctypes.get_errno())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
def can(what):
    try:
        what()
        return True
    except OSError:
        return False
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
groups = [p for p in pathlib.Path("/sys/fs/cgroup").glob("*") if p.is_dir()] + [pathlib.Path("/sys/fs/cgroup")]
shared = os.statvfs("/dev/shm")
print(json.dumps({
    "uid": os.getuid(), "pid": os.getpid(), "capabilities": int(status["CapEff"], 16),
    "no_new_privileges": int(status["NoNewPrivs"]),
    "user namespace": error_of("unshare", 0x10000000), "mount namespace": error_of("unshare", 0x00020000),
    "clone3": error_of("syscall", 435, 0, 0), "mount": error_of("mount", b"none", b"/mnt", b"tmpfs", 0, None),
    "keyctl": error_of("syscall", 250, 0, -3, 0) if os.uname().machine == "x86_64" else 1,
    "group made": [can(lambda: (p / "a-test").mkdir()) and not (p / "a-test").rmdir() for p in groups],
    "settings": can(lambda: open("/proc/sys/kernel/hostname", "w").write(os.uname().nodename)),
    "shared MiB": shared.f_blocks * shared.f_frsize >> 20,
    "home": can(lambda: pathlib.Path.home().joinpath(".a-test").touch()),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
}))
"""
SANDBOX = """
from autograder.sandbox.sandbox import open_sandbox
from tests.sandbox.bench import Bench
with open_sandbox({}, threads=1) as opened_ones:
    print(Bench(*opened_ones).run("import torch\\ndef answer(): return float(torch.ones(3).sum())"))
"""


@pytest.fixture(scope="module", params=environments(), ids=str)
def environment(request: pytest.FixtureRequest) -> Environment:
    """One kind of machine after the other."""
    if request.param.reason:
        pytest.skip(request.param.reason)
    return request.param


@pytest.fixture(scope="module")
def account(environment: Environment) -> dict[str, Any]:
    """The properties that a process sees there."""
    done = environment.run([environment.python, "-c", ACCOUNT])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_user_has_the_expected_privileges(environment: Environment, account: dict[str, Any]) -> None:
    """Ordinary users have no privileges; Docker's root has fourteen of them."""
    assert account["uid"] == environment.uid
    if environment.name == "Docker":
        assert account["capabilities"] == ALL_OF_DOCKER
    if environment.name.startswith("user"):
        assert account["capabilities"] == 0
        assert account["uid"] == (USER if os.geteuid() == 0 else os.geteuid())


def test_namespaces_are_available_or_fail(environment: Environment, account: dict[str, Any]) -> None:
    """They fail as on real machines: with EPERM, and with ENOSYS for clone3."""
    outcome = {name: account[name] for name in ("user namespace", "mount namespace", "clone3")}
    if environment.name == "user without namespaces":
        assert outcome == {"user namespace": 1, "mount namespace": 1, "clone3": 38}
    if environment.name == "Docker":
        assert outcome == {"user namespace": 1, "mount namespace": 1, "clone3": 38}
        assert (account["mount"], account["keyctl"]) == (1, 1)
    if environment.name == "user with namespaces":
        assert account["user namespace"] == 0
        assert account["mount namespace"] == 1, "without a user namespace first"


def test_system_is_writable_to_root_only(environment: Environment, account: dict[str, Any]) -> None:
    """Neither users nor Docker's root can make a control group or change a setting."""
    if environment.name != "root":
        assert not any(account["group made"])
        assert not account["settings"]
    assert account["home"] or environment.name == "root"


def test_docker_has_little_shared_memory_and_its_own_processes(
    environment: Environment, account: dict[str, Any]
) -> None:
    """`/dev/shm` has 64 MiB, and /proc shows only the container's processes."""
    if environment.name != "Docker":
        pytest.skip("of Docker only")

    assert account["shared MiB"] == 64
    assert account["processes"] == 2
    assert account["pid"] == 2, "the first process of a namespace is treated differently"
    assert account["no_new_privileges"] == 0


def test_project_is_readable_and_the_users_own(environment: Environment) -> None:
    """The command runs in the project, or in a copy that belongs to the user and uses the same packages."""
    done = environment.run(["sh", "-c", "cat autograder/project.py; .venv/bin/python -c 'import torch'"])

    assert done.returncode == 0, done.stderr
    assert done.stdout == (PROJECT / "autograder" / "project.py").read_text()
    assert (environment.project != PROJECT) is (environment.uid != os.geteuid())


def test_sandbox_runs_a_probe(environment: Environment) -> None:
    """A confined child answers there."""
    done = environment.run([environment.python, "-c", SANDBOX], timeout=300)

    assert done.returncode == 0, done.stderr
    assert "Verdict.RETURNED" in done.stdout
    assert "value=3.0" in done.stdout


def test_exit_status_is_passed_on(environment: Environment) -> None:
    """The caller gets the command's exit status, or the signal that ended it."""
    assert environment.run(["sh", "-c", "exit 7"]).returncode == 7
    assert environment.run(["sh", "-c", "kill -9 $$"]).returncode in (-9, 137)
