"""Users, refusals, closed folders and the system-call filter."""

import json
import os
import stat
import struct
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.confinement.seccomp import build_filter
from autograder.sandbox import sandbox_users
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection, close_project, refusal, remove_left_behind
from autograder.sandbox.request import request_for
from autograder.sandbox.sandbox_users import NoFreeUser, sandbox_uid
from autograder.wire.layers import Feature
from autograder.wire.limits import Limits
from autograder.wire.messages import RunJob, as_bytes, request_from

NONCE = bytes(range(16))
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no other user to give")


def test_two_holders_get_different_users() -> None:
    """Two sandboxes at a time never share a user; as an ordinary user there is none to give."""
    with sandbox_uid() as one, sandbox_uid() as other:
        if os.geteuid() == 0:
            assert one != other
            assert min(one or 0, other or 0) >= sandbox_users.FIRST_UID
        else:
            assert (one, other) == (None, None)


ALL_USERS = "         0          0 4294967295\n"
SOME_USERS = "         0     100000      65536\n"


def test_each_container_has_users_that_no_other_shares() -> None:
    """Gradings on one host end, and count, all processes of their users; locks in containers are not shared."""
    blocks = {sandbox_users.first_uid(f"pid:[402653{number}]", ALL_USERS) for number in range(2000, 2100)}

    assert len(blocks) == 100
    assert all(first % sandbox_users.USERS == 0 and 1 << 30 < first < 1 << 31 for first in blocks)


def test_host_and_containers_with_users_of_their_own_take_the_low_ones() -> None:
    """The host uses the users in the documents; a rootless container has no others."""
    assert sandbox_users.first_uid(sandbox_users.INITIAL_PIDS, ALL_USERS) == sandbox_users.FIRST_UID
    assert sandbox_users.first_uid("pid:[4026532001]", SOME_USERS) == sandbox_users.FIRST_UID


@pytest.mark.parametrize(
    ("capabilities", "may"),
    [("000001ffffffffff", True), ("00000000a80425fb", True), ("0000000000000000", False), ("00000000a8042539", False)],
    ids=["a host", "Docker", "--cap-drop ALL", "without SETUID and SETGID"],
)
def test_root_without_capabilities_is_known(capabilities: str, may: bool) -> None:
    """It can give submissions no user of their own."""
    assert sandbox_users.may_change_users(f"Name:\tpython\nCapEff:\t{capabilities}\nSeccomp:\t2\n") is may


@as_root
def test_root_without_capabilities_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel would not limit the processes of root, either."""
    monkeypatch.setattr(sandbox_users, "may_change_users", lambda status: False)

    with pytest.raises(NoFreeUser, match="docker run --user 1000"), sandbox_uid():
        pass


@as_root
def test_user_is_free_again_afterwards() -> None:
    """A user is handed out again when its holder is done."""
    with sandbox_uid() as one:
        pass
    with sandbox_uid() as other:
        pass

    assert one == other


@as_root
def test_too_many_sandboxes_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When all users are taken, the refusal says what to wait for."""
    monkeypatch.setattr(sandbox_users, "LOCKS", tmp_path / "slots")
    monkeypatch.setattr(sandbox_users, "USERS", 1)

    with sandbox_uid(), pytest.raises(NoFreeUser, match="wait for other gradings"), sandbox_uid():
        pass


@as_root
def test_locks_lie_where_root_alone_can_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where /run is read-only they lie elsewhere, but not in a folder that somebody else has made."""
    monkeypatch.setattr(sandbox_users, "LOCKS", Path("/proc/autograder-slots"))
    monkeypatch.setattr(sandbox_users, "LOCKS_ELSEWHERE", tmp_path / "slots")
    with sandbox_uid() as uid:
        assert uid is not None
        assert (tmp_path / "slots/0").exists()
    os.chown(tmp_path / "slots", 1000, 1000)

    with pytest.raises(NoFreeUser, match="root's alone"), sandbox_uid():
        pass


def test_refusal_says_what_is_possible_and_what_to_do() -> None:
    """A machine that cannot protect the grader is refused in one readable text."""
    text = refusal(["become root", "open a network socket"])

    assert "could become root; open a network socket." in text
    assert "--unsafe" in text
    assert "\n" not in text


@as_root
def test_project_is_closed_but_for_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, other users lose every folder of the project but the interpreter's, whatever its name is."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env" / "lib" / "autograder_home" / ".venv"))
    for name in ("autograder", "fixtures", ".venv", "env"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "README.md").write_text("public")
    (tmp_path / "link").symlink_to("/usr")
    close_project(tmp_path)
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in tmp_path.iterdir() if path.is_dir()}

    assert modes["autograder"] == modes["fixtures"] == 0o700
    assert modes[".venv"] == modes["env"] == 0o755
    assert stat.S_IMODE(Path("/usr").stat().st_mode) & 0o055 == 0o055


@as_root
def test_shared_memory_of_the_sandbox_is_removed() -> None:
    """Files and folders of the sandbox's user go; those of others stay."""
    uid = sandbox_users.FIRST_UID + sandbox_users.USERS + 7
    mine, others = Path(f"/dev/shm/mine-{os.getpid()}"), Path(f"/dev/shm/others-{os.getpid()}")
    mine.mkdir()
    (mine / "file").write_text("x")
    others.write_text("x")
    os.chown(mine, uid, uid)
    remove_left_behind(uid)
    left = (mine.exists(), others.exists())
    others.unlink()

    assert left == (False, True)


def test_policy_names_no_trusted_folder(tmp_path: Path) -> None:
    """Of the project the sandbox is given the virtual environment, the workspace and the data, nothing else."""
    job = Job("import", tmp_path / "workspace", tmp_path / "scratch", readable=(tmp_path / "given",))
    request = request_for(job, Protection(64_200), NONCE)
    policy, project = request.confinement, Path(request.harness)
    own = [Path(name) for name in (*policy.readable, *policy.writable) if project in Path(name).parents]

    assert policy.uid == 64_200
    assert str(tmp_path / "given") in policy.readable
    assert policy.writable == (str(tmp_path / "workspace"), str(tmp_path / "scratch"))
    assert {path.name for path in own} <= {".venv"}
    assert not {"/", "/tmp", "/etc", "/home", "/root", "/var"} & set(policy.readable)


def test_job_crosses_as_it_is() -> None:
    """The supervisor reads the request that the grader wrote, with the nonce that the answer must carry."""
    job = Job("dataset", Path("/w"), Path("/s"), arguments={"files": ["a"]}, limits=Limits(cpu_s=7))
    request = request_for(job, Protection(64_200, without=(Feature.LANDLOCK,)), NONCE)
    read = request_from(as_bytes(request))

    assert read == request
    assert isinstance(read, RunJob)
    assert (read.nonce, read.limits.cpu_s) == (NONCE, 7)
    assert json.loads(read.arguments) == {"files": ["a"]}


def test_lies_of_a_submission_do_not_keep_a_job_from_crossing() -> None:
    """A submission names the statements that were given up, and suites may ask with words that it returned."""
    lies: Any = ("a\ud800, line 1", 5)
    job = Job("again", Path("/w"), Path("/s"), arguments={"word": "\ud800", "n": float("nan")}, import_without=lies)
    read = request_from(as_bytes(request_for(job, Protection(None), NONCE)))

    assert isinstance(read, RunJob)
    assert read.import_without == ("a?, line 1", "5")
    assert json.loads(read.arguments)["word"] == "\ud800"


def test_filter_is_a_bpf_program() -> None:
    """The filter is a whole number of instructions, within the kernel's limit, that ends in a return."""
    program = build_filter(sockets=True)
    instructions = list(struct.iter_unpack("<HBBI", program))
    returns = [value for code, _, _, value in instructions if code & 0x07 == 0x06]

    assert 50 < len(instructions) < 4096
    assert instructions[-1][0] & 0x07 == 0x06
    assert 0x7FFF0000 in returns, "something is allowed"
    assert 0x80000000 in returns, "a foreign architecture is killed"
    assert 0x00050001 in returns, "the rest is EPERM"
