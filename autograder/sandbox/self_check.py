"""Attacks the sandbox before it is used, and says of each layer whether it held."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder.model.layer import Layer
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.sandbox.protection import TOLERATED_AS_ROOT, UnsafeMachine
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.sockets import socket_files
from autograder.sandbox.workspace import Stage
from autograder.wire.layers import Feature
from autograder.wire.limits import Limits

NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts")
SMALL_MIB, BOMB_MIB = 64, 160
SHORT_S = 0.2
ENOUGH_SHARED_MEMORY_MIB = 256  # Docker gives 64, too little for two workers with batches of 38 MiB
TOOK = f"took {BOMB_MIB} MiB where {SMALL_MIB} are allowed"
NO_NAMESPACES = "nothing: the others hold without it"
NO_LANDLOCK = "use Linux 5.13 or newer, with landlock in the lsm= of its command line"
NO_WORKERS = "nothing: they fetch batches themselves; in a container, --shm-size=1g"
NO_LAYER = "no layer"  # in the table for what it says of the machine
NO_FILTER = "install libseccomp2"
REPORT = "report it: this does not depend on the machine"


@dataclass(frozen=True)
class _Row:
    """How a layer is spoken of: the sign that shows it, its name, when it is needed, the attack, the advice."""

    sign: str
    name: str
    needed: str
    tested: str
    advice: str = NO_NAMESPACES


ROWS = (
    _Row("descriptors", "process of its own", "always", "looked for descriptors of the grader's", REPORT),
    _Row("rlimits", "limits of each process", "always", "raised one of them", REPORT),
    _Row("no new privileges", "no new privileges", "always", "started a program that is setuid root", REPORT),
    _Row("user", "user of its own", "as root", "sent the grader a signal", "run as root, if nothing else holds"),
    _Row("system calls", "system-call filter", "always", "made a namespace and a netlink socket", NO_FILTER),
    _Row("user namespace", "user namespace", "as an ordinary user", "compared it with the grader's"),
    _Row("mounts", "mount namespace and root", "where permitted", "looked for a file of the machine's"),
    _Row("processes", "process namespace", "where permitted", "listed the machine's processes"),
    _Row("network", "network namespace", "where permitted", "listed the machine's interfaces"),
    _Row("ipc", "IPC namespace", "where permitted", "compared it with the grader's"),
    _Row("host name", "host-name namespace", "where permitted", "asked for the machine's name"),
    _Row("Landlock", "Landlock", "where nothing else hides files", "listed the topmost folder", NO_LANDLOCK),
    _Row("sockets", "no sockets of other programs", "always", "connected to all that could be found", REPORT),
    _Row("workers", "workers of DataLoaders", NO_LAYER, "looked at the size of /dev/shm", NO_WORKERS),
    _Row("memory", "memory of the whole tree", "always", TOOK, REPORT),
    _Row("cgroup", "memory and process cgroup", "where writable", f"{TOOK}, while nobody looked", "nothing"),
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """What the attacks showed.

    Attributes:
        layers: each layer with how it was tested.
        attempts: what a submission must not do, with whether it could.
        tolerable: attempts of these whose success does no harm on this machine.
    """

    layers: tuple[Layer, ...]
    attempts: Mapping[str, bool]
    tolerable: frozenset[str] = frozenset()

    @property
    def possible(self) -> list[str]:
        """The attempts that succeeded and that must not."""
        return [name for name, worked in self.attempts.items() if worked and name not in self.tolerable]

    def as_words(self) -> dict[str, str]:
        """Return each layer with its status, and each attempt with `"blocked"` or `"POSSIBLE"`."""
        tried = {f"attempt to {name}": "POSSIBLE" if worked else "blocked" for name, worked in self.attempts.items()}
        return {layer.name: layer.status for layer in self.layers} | tried


def prove(sandbox: Sandbox, stage: Stage, hidden: list[Path]) -> Proof:
    """Attack the sandbox from inside.

    Where a socket of another program is in reach, the sandbox does without sockets from then on; where
    shared memory is small, as in a container, DataLoaders do without workers.

    Args:
        sandbox: what is attacked.
        stage: where the attacks are laid out.
        hidden: files that hold labels, tests or the reference solution.

    Raises:
        UnsafeMachine: the sandbox does not work at all here; says why.
    """
    attack = _Attack(sandbox, stage)
    attempts = attack("attempts", hidden=[str(path) for path in hidden], grader=os.getpid())
    missing = attack("unreadable")
    if missing:
        raise UnsafeMachine(
            f"the sandbox's user cannot read {', '.join(missing)}: let every user enter these "
            "folders, set TMPDIR to a folder such as /tmp, or remove .venv and run ./setup.sh again"
        )
    signs = attack("signs", grader=_own_identity(), outside=str(stage.outside), sockets=socket_files())
    shared_memory_mib = signs.pop("shared memory")
    if shared_memory_mib < ENOUGH_SHARED_MEMORY_MIB:
        sandbox.do_without_workers()
    reached = signs.pop("sockets in reach")
    if reached:
        sandbox.do_without_sockets()
        again = attack("signs", grader=_own_identity(), outside=str(stage.outside), sockets=reached)
        attempts["connect to a socket of another program"] = bool(again["sockets in reach"])
    small = msgspec.structs.replace(Limits(), memory_mib=SMALL_MIB)
    signs |= {
        "workers": sandbox.protection.workers,
        "sockets": not attempts.get("connect to a socket of another program"),
        "memory": attack.seen("take_memory", small, mib=BOMB_MIB).verdict is Verdict.MEMORY,
        "cgroup": attack.seen("take_memory", group_mib=SMALL_MIB, mib=BOMB_MIB).verdict is Verdict.MEMORY,
    }
    root = sandbox.protection.uid is not None
    # Without Landlock a user of its own can still write where everybody can; nothing that judges lies there.
    layers = _layers(signs, sandbox, root, shared_memory_mib)
    return Proof(layers, attempts, frozenset({TOLERATED_AS_ROOT}) if root else frozenset())


def prove_budgets(sandbox: Sandbox, stage: Stage) -> tuple[Layer, ...]:
    """Attack what does not depend on the machine, and takes a second or two."""
    attack = _Attack(sandbox, stage)
    spun = attack.seen("spin", msgspec.structs.replace(Limits(), cpu_s=SHORT_S))
    ended = spun.verdict is Verdict.CPU_BUDGET
    daemon = attack.seen("leave_daemon")
    gone = daemon.verdict is Verdict.RETURNED and not _lives(sandbox)
    looped = f"looped, deaf to all signals: {SHORT_S} s and grace allowed, stopped after {spun.cpu_s:.1f}"
    return (
        Layer("CPU seconds of the tree", "always", ended, looped, advice="" if ended else REPORT),
        Layer("no survivors", "always", gone, "left a daemon, detached from all", advice="" if gone else REPORT),
    )


class _Attack:
    """Runs one function of the self-test in the sandbox."""

    def __init__(self, sandbox: Sandbox, stage: Stage) -> None:
        self._sandbox, self._stage = sandbox, stage

    def __call__(self, name: str, **arguments: Any) -> Any:
        observation = self.seen(name, **arguments)
        if observation.verdict is not Verdict.RETURNED:
            raise UnsafeMachine(f"the sandbox does not work here: {observation.reason}")
        return observation.value

    def seen(
        self, name: str, limits: Limits | None = None, group_mib: int | None = None, **arguments: Any
    ) -> Observation:
        with self._stage.workspace({}) as place:
            job = Job(name, place.folder, place.scratch, arguments=arguments, limits=limits or Limits())
            return self._sandbox.run(job, group_mib=group_mib)


def _own_identity() -> dict[str, Any]:
    spaces = {name: Path(f"/proc/self/ns/{name}").stat().st_ino for name in NAMESPACES}
    return {"pid": os.getpid(), "uid": os.geteuid(), "namespaces": spaces}


def _lives(sandbox: Sandbox) -> bool:
    uid = sandbox.protection.uid
    if uid is None:
        return False  # an ordinary user's orphans cannot be told from others; the supervisor has counted them
    return any(_owner(entry) == uid for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _owner(process: Path) -> int | None:
    with contextlib.suppress(OSError):  # it has ended by now
        return process.stat().st_uid
    return None


def _layers(signs: dict[str, bool], sandbox: Sandbox, root: bool, shared_memory_mib: int) -> tuple[Layer, ...]:
    """Return the table's rows with what was seen."""
    said = sandbox.features()
    hidden = root or signs["mounts"]  # the harness's files, by other means than Landlock
    needed = {"descriptors", "rlimits", "no new privileges", "system calls", "sockets", "memory"}
    needed |= ({"user"} if root else set()) | (set() if hidden else {"Landlock"})
    more = {
        "Landlock": said[Feature.LANDLOCK],
        "system calls": said[Feature.SECCOMP],
        "mounts": said[Feature.NAMESPACES],
        "cgroup": said[Feature.CGROUP],
        "user": "" if root else "missing: only root can give one",
        "user namespace": said[Feature.NAMESPACES],
        "sockets": "" if sandbox.protection.sockets else "active: there are no sockets at all",
        "workers": f"{shared_memory_mib} MiB" if sandbox.protection.sockets else "missing: they need sockets",
    }
    return tuple(
        Layer(
            name=row.name,
            needed=row.needed,
            active=signs[row.sign],
            tested=row.tested,
            said=more.get(row.sign, "").removeprefix("active").removeprefix("missing").removeprefix(":").strip(),
            advice="" if signs[row.sign] else row.advice,
            missed=row.sign in needed and not signs[row.sign],
        )
        for row in ROWS
        if not (root and row.sign == "user namespace")  # another user is stronger
    )
