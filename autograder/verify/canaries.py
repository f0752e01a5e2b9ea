"""The targets of attacks, laid out before the corpus runs and checked from outside after each attack."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import project

OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm")
SECRET_VARIABLE = "A_SECRET_BESIDE_THE_SANDBOX"
RESULTS = '{"score": 1}\n'
WATCHED_BYTES = 4096
LEFT_BY_ATTACKS = ("bomb-*", "kept-weights", "late", "left-by-submission*")  # names that attacks give to leftovers
OTHER_UID = 64_199  # one below the sandbox's users: stands for another student's sandbox


@dataclass
class Canaries:
    """Everything that must be unchanged after each attack.

    Attributes:
        targets: the facts that attacks are given, plain JSON.
        files: files that nobody may change.
        folders: folders in which nothing may appear or vanish.
        servers: sockets that nobody may contact.
        victim: a process of the grader's user that must stay alive.
        uploads: the grader's private folder for laying out uploads.
    """

    targets: dict[str, Any] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    servers: list[socket.socket] = field(default_factory=list)
    victim: subprocess.Popen[bytes] | None = None
    uploads: Path = Path()

    def snapshot(self, uid: int | None) -> dict[str, Any]:
        """Return the state of everything watched, as comparable values.

        Args:
            uid: the sandbox's user, whose files are searched for; None if it is the grader's own.
        """
        owner = os.geteuid() if uid is None else uid
        return {
            **{f"the file {path}": _state_of(path) for path in self.files},
            **{f"the folder {path}": sorted(path.glob("[!.]*")) for path in self.folders},
            **{f"the sandbox's files in {path}": _names_owned_by(owner, path) for path in OPEN_TO_ALL},
            "the process beside the grader": self.victim is not None and self.victim.poll() is None,
            "the grader's priority": os.getpriority(os.PRIO_PROCESS, 0),
            "the grader's OOM score": Path("/proc/self/oom_score_adj").read_text(),
        }

    def clear(self) -> None:
        """Remove the attacks' leftovers in world-writable folders, so that no later attack is blamed for them."""
        for folder in OPEN_TO_ALL:
            for path in (path for pattern in LEFT_BY_ATTACKS for path in Path(folder).glob(pattern)):
                with contextlib.suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()

    def contacted(self, uid: int | None) -> list[str]:
        """Return the servers that the sandbox's user has connected to, or that anybody has sent data to."""
        owner = os.geteuid() if uid is None else uid
        return [f"{server.family.name} {server.type.name}" for server in self.servers if _was_reached(server, owner)]


@contextlib.contextmanager
def lay_out(hidden: list[Path]) -> Iterator[Canaries]:
    """Lay out the targets of attacks; everything is removed at the end.

    Args:
        hidden: the assignment's own files that no submission may read.
    """
    canaries = Canaries()
    with contextlib.ExitStack() as clean_up:
        folder = Path(tempfile.mkdtemp(prefix="canaries-", dir="/var/tmp"))
        clean_up.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        canaries.folders += [folder, project.PROJECT, project.PROJECT / "autograder"]
        canaries.uploads = folder / "uploads"
        canaries.uploads.mkdir(mode=0o700)
        targets = canaries.targets
        targets["hidden"] = list(map(str, hidden))
        targets["grader_pid"] = os.getpid()
        _lay_files(canaries, folder, clean_up)
        _open_servers(canaries, folder, clean_up)
        canaries.victim = subprocess.Popen(["/bin/sleep", "100000"], stdin=subprocess.DEVNULL)
        clean_up.callback(canaries.victim.wait)
        clean_up.callback(canaries.victim.kill)
        targets["victim_pid"] = canaries.victim.pid
        targets["secret_variable"] = SECRET_VARIABLE
        os.environ[SECRET_VARIABLE] = secrets.token_hex(8)  # before the zygote starts: it must not inherit it
        clean_up.callback(os.environ.pop, SECRET_VARIABLE)
        yield canaries


def _lay_files(canaries: Canaries, folder: Path, clean_up: contextlib.ExitStack) -> None:
    """Make files to be read or changed: some open to every user, one owned like another student's sandbox."""
    shared = Path("/dev/shm") / f"canary-{os.getpid()}"
    clean_up.callback(shared.unlink, missing_ok=True)
    made = {
        "results": (folder / "results" / "results.json", RESULTS, 0o644),
        "labels": (folder / "labels.txt", "0 1 2 3\n", 0o644),
        "metadata": (folder / "submission_metadata.json", '{"users": []}\n', 0o644),
        "open_file": (folder / "open_to_all.txt", "written by the grader\n", 0o666),
        "shared_memory": (shared, "written by the grader\n", 0o666),
        "other_submission": (folder / "other" / "workspace" / "submitted.py", "print('mine')\n", 0o600),
        "program": (folder / "run_autograder", "#!/bin/sh\nexit 0\n", 0o755),
    }
    for name, (path, text, mode) in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        canaries.files.append(path)
        canaries.targets[name] = str(path)
    other = folder / "other" / "workspace"
    other.chmod(0o700)
    if os.geteuid() == 0:
        for path in (other, other / "submitted.py"):
            os.chown(path, OTHER_UID, OTHER_UID)
    canaries.targets["project"] = str(project.PROJECT)
    canaries.targets["open_folders"] = list(OPEN_TO_ALL[:2])
    canaries.files += [project.PROJECT / "run_autograder", project.definition("line_fit") / "assignment.toml"]


def _open_servers(canaries: Canaries, folder: Path, clean_up: contextlib.ExitStack) -> None:
    """Listen on every kind of socket that this machine has."""
    path = Path(tempfile.mkdtemp(prefix="listener-", dir="/tmp")) / "socket"
    clean_up.callback(shutil.rmtree, path.parent, ignore_errors=True)
    path.parent.chmod(0o755)
    name = f"autograder-canary-{os.getpid()}"
    for key, family, kind, address in (
        ("tcp_port", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        ("udp_port", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        ("unix_socket", socket.AF_UNIX, socket.SOCK_STREAM, str(path)),
        ("unix_datagrams", socket.AF_UNIX, socket.SOCK_DGRAM, str(path) + "-datagrams"),
        ("abstract_socket", socket.AF_UNIX, socket.SOCK_STREAM, "\0" + name),
    ):
        server = clean_up.enter_context(socket.socket(family, kind))
        server.bind(address)
        server.setblocking(False)
        if kind == socket.SOCK_STREAM:
            server.listen()
        bound = server.getsockname()
        canaries.targets[key] = bound[1] if family == socket.AF_INET else name if key.startswith("abs") else bound
        canaries.servers.append(server)
    for socket_file in path.parent.iterdir():
        socket_file.chmod(0o777)


def stage_targets(canaries: Canaries, folder: Path) -> None:
    """Write the targets into an attack's upload."""
    (folder / "targets.json").write_text(json.dumps(canaries.targets))


def processes_of(uid: int | None, zygote: int) -> list[int]:
    """Return the sandbox's processes: all of its user, or all below the zygote."""
    if uid is None:
        return descendants_of(zygote)
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _owner(f"/proc/{entry}") == uid]  # noqa: PTH208


def zygote_of_this_process() -> int:
    """Return the process id of the zygote that this process has started."""
    for pid in descendants_of(os.getpid()):
        with contextlib.suppress(OSError):
            if b"autograder.supervisor" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    raise RuntimeError("this process has no zygote")


def descendants_of(pid: int) -> list[int]:
    """Return the ids of all processes below one, parents first."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return [*children, *(below for child in children for below in descendants_of(child))]


def _state_of(path: Path) -> Any:
    try:
        status = path.lstat()
        return status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns, path.read_bytes()[:WATCHED_BYTES]
    except OSError as error:
        return error.strerror


def _names_owned_by(uid: int, folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if _owner(f"{folder}/{name}") == uid)  # noqa: PTH208


def _owner(path: str) -> int | None:
    with contextlib.suppress(OSError):
        return os.lstat(path).st_uid
    return None


def _was_reached(server: socket.socket, uid: int) -> bool:
    """Accept everything that is waiting, so that no later attack is blamed for it."""
    reached = False
    with contextlib.suppress(BlockingIOError):
        while True:
            if server.type == socket.SOCK_DGRAM:
                server.recv(64)
                reached = True
                continue
            with server.accept()[0] as peer:
                reached |= server.family == socket.AF_INET or _uid_of(peer) == uid
    return reached


def _uid_of(peer: socket.socket) -> int:
    """Return the user at the other end: where a machine has many users, anybody may try open sockets."""
    uid: int = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
    return uid
