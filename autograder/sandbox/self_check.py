"""Attacks the sandbox before it is used, and says of each layer whether it held."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.sandbox.protection import UnsafeMachine
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.sockets import socket_files
from autograder.sandbox.workspace import Stage
from autograder.wire import layers
from autograder.wire.built_in import Attempts, Daemon, Held, Spun, Surroundings, TakenMemory
from autograder.wire.declaration import Declared
from autograder.wire.layers import Layer, Need
from autograder.wire.limits import Limits

NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts")
ENOUGH_SHARED_MEMORY_MIB = 256  # Docker gives 64, too little for two workers with batches of 38 MiB


@dataclass(frozen=True)
class Finding:
    """One layer, as the self-check found it.

    Attributes:
        layer: which.
        active: whether it held when it was attacked.
        said: more about it: a version, or why it is missing.
        missed: True where it is needed and missing.
    """

    layer: Layer
    active: bool
    said: str = ""
    missed: bool = False

    @property
    def status(self) -> str:
        """`active` or `missing`, and more where there is more to say."""
        state = "active" if self.active else "missing"
        return f"{state}: {self.said}" if self.said else state

    @property
    def advice(self) -> str:
        """The layer's advice; empty where it is active."""
        return "" if self.active else self.layer.advice


@dataclass(frozen=True)
class SelfCheck:
    """The result of all attacks.

    Attributes:
        findings: one for each layer.
        attempts: attempts that must fail, with whether each succeeded.
        tolerable: attempts whose success does no harm on this machine.
    """

    findings: tuple[Finding, ...]
    attempts: Mapping[str, bool]
    tolerable: frozenset[str] = frozenset()

    @property
    def possible(self) -> list[str]:
        """The attempts that succeeded and that must not."""
        return [name for name, worked in self.attempts.items() if worked and name not in self.tolerable]

    def as_words(self) -> dict[str, str]:
        """Return each layer with its status, and each attempt with `"blocked"` or `"POSSIBLE"`."""
        tried = {f"attempt to {name}": "POSSIBLE" if worked else "blocked" for name, worked in self.attempts.items()}
        return {one.layer.name: one.status for one in self.findings} | tried


def check_itself(sandbox: Sandbox, stage: Stage, hidden: list[Path]) -> SelfCheck:
    """Attack the sandbox from inside.

    Where a socket of another program is in reach, the sandbox does without sockets from then on. Where shared
    memory is small, as in a container, DataLoaders do without workers.

    Args:
        sandbox: the sandbox to attack.
        stage: where the attacks are laid out.
        hidden: files that hold labels, tests or the reference solution.

    Raises:
        UnsafeMachine: the sandbox does not work at all here; says why.
    """
    attack = _Attack(sandbox, stage)
    attempts = attack(Attempts, hidden=[str(path) for path in hidden], grader=os.getpid()).succeeded
    around = attack(Surroundings, sockets=socket_files())
    _refuse_unreadable(around.unreadable)
    from_inside = attack(Held, grader=_own_identity(), outside=str(stage.outside)).held
    if around.shared_memory_mib < ENOUGH_SHARED_MEMORY_MIB:
        sandbox.do_without_workers()
    if around.reached:
        sandbox.do_without_sockets()
        again = attack(Surroundings, sockets=around.reached)
        attempts["connect to a socket of another program"] = bool(again.reached)
    held = from_inside | {
        layers.LOADER_WORKERS.name: sandbox.protection.workers,
        layers.NO_FOREIGN_SOCKETS.name: not attempts.get("connect to a socket of another program"),
        layers.TREE_MEMORY.name: attack.takes_too_much(Limits(memory_mib=layers.ALLOWED_MIB)),
        layers.CONTROL_GROUP.name: attack.takes_too_much(Limits(), group_mib=layers.ALLOWED_MIB),
    }
    root = sandbox.protection.uid is not None
    findings = _findings(held, _remarks(sandbox, around.shared_memory_mib), root)
    return SelfCheck(findings, attempts, frozenset({layers.TOLERATED_AS_ROOT}) if root else frozenset())


def check_budgets(sandbox: Sandbox, stage: Stage) -> tuple[Finding, ...]:
    """Attack the layers that do not depend on the machine; it takes a second or two."""
    attack = _Attack(sandbox, stage)
    spun = attack.seen(Spun, Limits(cpu_s=layers.SPIN_S))
    daemon = attack.seen(Daemon)
    held = {
        layers.TREE_CPU: spun.verdict is Verdict.CPU_BUDGET,
        layers.NO_SURVIVORS: daemon.verdict is Verdict.RETURNED and not _lives(sandbox),
    }
    remarks = {layers.TREE_CPU: f"stopped after {spun.cpu_s:.1f} s, grace included"}
    return tuple(Finding(layer, here, remarks.get(layer, ""), missed=not here) for layer, here in held.items())


class _Attack:
    """Runs one function of the self-test in the sandbox."""

    def __init__(self, sandbox: Sandbox, stage: Stage) -> None:
        self._sandbox, self._stage = sandbox, stage

    def __call__(self, probe: type[Declared], **arguments: Any) -> Declared:
        observation = self.seen(probe, **arguments)
        if observation.value is None:
            raise UnsafeMachine(f"the sandbox does not work here: {observation.reason}")
        return observation.value

    def seen(
        self, probe: type[Declared], limits: Limits | None = None, group_mib: int | None = None, **arguments: Any
    ) -> Observation[Declared | None]:
        with self._stage.workspace({}) as place:
            job = Job(
                function=probe.probe,
                workspace=place.folder,
                scratch=place.scratch,
                arguments=arguments,
                declared=probe,
                limits=limits or Limits(),
            )
            return self._sandbox.run(job, group_mib=group_mib)

    def takes_too_much(self, limits: Limits, group_mib: int | None = None) -> bool:
        """Return whether a probe that takes too much memory is ended for it."""
        return self.seen(TakenMemory, limits, group_mib, mib=layers.BOMB_MIB).verdict is Verdict.MEMORY


def _refuse_unreadable(folders: list[str]) -> None:
    if folders:
        raise UnsafeMachine(
            f"the sandbox's user cannot read {', '.join(folders)}: let every user enter these "
            "folders, set TMPDIR to a folder such as /tmp, or remove .venv and run ./setup.sh again"
        )


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


def _remarks(sandbox: Sandbox, shared_memory_mib: int) -> dict[Layer, str]:
    """Return remarks on layers, beside whether each held."""
    said = sandbox.features()
    policy = sandbox.protection
    return {
        **{layer: _without_state(said[layer.feature]) for layer in layers.LAYERS if layer.feature},
        layers.DEDICATED_USER: "only root can give one" if policy.uid is None else "",
        layers.NO_FOREIGN_SOCKETS: "" if policy.sockets else "there are no sockets at all",
        layers.LOADER_WORKERS: f"{shared_memory_mib} MiB" if policy.sockets else "they need sockets",
    }


def _without_state(said: str) -> str:
    return said.removeprefix("active").removeprefix("missing").removeprefix(":").strip()


def _findings(held: Mapping[str, bool], remarks: Mapping[Layer, str], root: bool) -> tuple[Finding, ...]:
    hidden = root or held[layers.FILE_TREE.name]  # the harness's files, by other means than Landlock
    needed = {Need.ALWAYS: True, Need.AS_ROOT: root, Need.UNLESS_HIDDEN: not hidden}
    return tuple(
        Finding(layer, held[layer.name], remarks.get(layer, ""), needed.get(layer.need, False) and not held[layer.name])
        for layer in layers.LAYERS
        if layer.at_start and not (root and layer.need is Need.AS_USER)  # another user is stronger
    )
