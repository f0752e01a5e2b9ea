"""Many probes in a row in one sandbox, some hostile, and what they leave: for bench/soak.py and test_soak.py."""

import contextlib
import gc
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from autograder.model.verdict import Verdict
from autograder.sandbox.sandbox import open_sandbox
from autograder.sandbox.sandbox_users import LOCKS
from autograder.wire.layers import Feature
from tests.sandbox.bench import Bench

EVERY = 5
LIMITS: Mapping[str, Any] = {"cpu_s": 10, "wall_s": 30, "memory_mib": 256, "processes": 60, "output_mib": 1}
MOST_GROWTH_MIB = 5.0
HONEST = "import torch\ndef answer():\n    return float(torch.ones(20).sum())\n"


@dataclass(frozen=True)
class Attack:
    """A hostile submission.

    Attributes:
        name: what it does, in two words.
        body: of its function `answer`.
        verdicts: how it may end.
        limits: those that are lower than usual.
        kills_supervisor: whether we kill the supervisor, and the zygote with it, before it runs.
    """

    name: str
    body: str
    verdicts: tuple[Verdict, ...]
    limits: Mapping[str, Any]
    kills_supervisor: bool = False

    @property
    def source(self) -> str:
        """The text of `submitted.py`."""
        lines = "\n".join(f"    {line}" for line in self.body.strip().splitlines())
        return f"import os, sys, time\ndef answer():\n{lines}\n"


ATTACKS = (
    Attack("fork bomb", "while True:\n    try: os.fork()\n    except OSError: pass",
           (Verdict.CPU_BUDGET, Verdict.WALL_CLOCK), {"cpu_s": 0.3, "wall_s": 3, "processes": 30}),
    Attack("orphan daemons", "for _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n"
           "        if os.fork() == 0: time.sleep(1000)\n        os._exit(0)\nreturn 1", (Verdict.RETURNED,), {}),
    Attack("memory bomb", "kept = []\nwhile True: kept.append(bytearray(8 << 20))", (Verdict.MEMORY,),
           {"memory_mib": 96}),
    Attack("files in scratch", "for top in (os.environ['HOME'], '.'):\n    for n in range(100):\n"
           "        os.makedirs(f'{top}/d{n}'); open(f'{top}/d{n}/f', 'w').write('x' * 4096)\nreturn 1",
           (Verdict.RETURNED,), {}),
    Attack("shared memory", "for n in range(10): open(f'/dev/shm/left-{os.getpid()}-{n}', 'wb').write(bytes(1 << 16))\n"
           "return 1", (Verdict.RETURNED,), {}),
    Attack("garbage frames", "os.write(3, b'garbage' * 1000)\nreturn 1", (Verdict.TAMPERED,), {}),
    Attack("crash", "os.abort()", (Verdict.CRASHED,), {}),
    Attack("endless output", "while True: os.write(1, b'x' * 65536)",
           (Verdict.OUTPUT, Verdict.CPU_BUDGET), {"cpu_s": 5}),
)  # fmt: skip
KILLED_ZYGOTE = Attack(
    "killed supervisor", "return 1", (Verdict.HARNESS_FAULT, Verdict.RETURNED), {}, kills_supervisor=True
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """The state at one moment; all of it but the memory must be the same before and after any probe."""

    processes: int
    grader_descriptors: int
    zygote_descriptors: int
    grader_mounts: int
    zygote_mounts: int
    locks: int
    workspaces: int
    temporary_files: int
    shared_memory_files: int
    control_groups: int
    grader_mib: float
    zygote_mib: float

    def differences(self, other: "State") -> list[str]:
        """Return in words what is not as it was, memory left out."""
        names = [field.name for field in fields(self) if not field.name.endswith("_mib")]
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in names}
        return [f"{name}: {before} → {after}" for name, (before, after) in pairs.items() if before != after]


@dataclass
class Soak:
    """Runs the probes.

    Attributes:
        bench: the sandbox.
        folder: where temporary files go, and nobody else's.
        kills_every: each which attack is a killed supervisor.
        verdicts: how many probes of each name ended in which way.
        wrong: what went wrong, in words.
    """

    bench: Bench
    folder: Path
    kills_every: int
    verdicts: Counter[tuple[str, str]]
    wrong: list[str]

    def run(self, count: int) -> Iterator[tuple[int, State]]:
        """Run that many probes; yield the state before the first, and after each twentieth of them."""
        self.probe(0, warm_up=True)
        yield 0, self.state()
        for number in range(1, count + 1):
            self.probe(number)
            if number % max(1, count // 20) == 0:
                yield number, self.state()

    def probe(self, number: int, warm_up: bool = False) -> None:
        """Run one probe, and check how it ended and that no process of it is left."""
        attack = None if warm_up or number % EVERY else self._attack(number // EVERY)
        if attack is None:
            self._one("honest", HONEST, (Verdict.RETURNED,), {})
        else:
            if attack.kills_supervisor:
                os.kill(self.bench.supervisor, signal.SIGKILL)
                if number % 2:  # else it may still live when it is given its job
                    self.bench.sandbox._supervisor._process.wait()
            self._one(attack.name, attack.source, attack.verdicts, attack.limits)
        if left := self.bench.survivors():
            self.wrong.append(f"after probe {number}: {len(left)} processes are left")

    def _attack(self, number: int) -> Attack:
        if number % self.kills_every == 0:
            return KILLED_ZYGOTE
        return ATTACKS[number % len(ATTACKS)]

    def _one(self, name: str, source: str, verdicts: tuple[Verdict, ...], limits: Mapping[str, Any]) -> None:
        seen = self.bench.run(source, **{**LIMITS, **limits})
        self.verdicts[name, seen.verdict.value] += 1
        if seen.verdict not in verdicts or (name == "honest" and seen.value != 20.0):
            self.wrong.append(f"{name}: {seen.verdict.value}, {seen.reason}")

    def state(self) -> State:
        """Count everything; a supervisor that was just killed has been replaced and is ready."""
        self.bench.sandbox.features()
        gc.collect()  # garbage of whatever ran before in this process may hold descriptors
        supervisor, zygote = (Path(f"/proc/{pid}") for pid in (self.bench.supervisor, self.bench.zygote))
        return State(
            processes=len(self.bench.survivors()),
            grader_descriptors=_entries(Path("/proc/self/fd")),
            zygote_descriptors=_entries(supervisor / "fd") + _entries(zygote / "fd"),
            grader_mounts=_lines(Path("/proc/self/mountinfo")),
            zygote_mounts=_lines(zygote / "mountinfo"),
            locks=_locks_of(os.getpid()),
            workspaces=len(list(self.folder.glob("autograder-*/probe-*"))),
            temporary_files=sum(1 for _ in self.folder.rglob("*")),
            shared_memory_files=_owned_by(Path("/dev/shm"), self.bench.uid),
            control_groups=_groups_of(self.bench.uid),
            grader_mib=_resident_mib(Path("/proc/self")),
            zygote_mib=_resident_mib(supervisor) + _resident_mib(zygote),
        )


@contextlib.contextmanager
def open_bench(threads: int = 1, without: tuple[Feature, ...] = ()) -> Iterator[Bench]:
    """Yield a separate sandbox, some of the kernel's layers left out."""
    with open_sandbox({}, threads, without) as (sandbox, stage):
        yield Bench(sandbox, stage)


@contextlib.contextmanager
def open_soak(kills_every: int) -> Iterator[Soak]:
    """Yield a soak whose temporary files lie in a separate folder."""
    before = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        Path(name).chmod(0o755)
        os.environ["TMPDIR"] = tempfile.tempdir = name
        try:
            with open_bench() as bench:
                yield Soak(bench, Path(name), kills_every, Counter(), [])
        finally:
            tempfile.tempdir = None
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before


def grown_mib(states: list[State]) -> float:
    """Return how much the grader's memory has grown between a fifth of the way and the end, MiB."""
    return states[-1].grader_mib - states[len(states) // 5].grader_mib


def _entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _lines(file: Path) -> int:
    return len(file.read_bytes().splitlines())


def _locks_of(pid: int) -> int:
    """Return how many sandbox users this process holds."""
    slots = {entry.stat().st_ino for entry in LOCKS.iterdir()} if os.access(LOCKS, os.R_OK) else set()
    held = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return sum(int(words[4]) == pid and int(words[5].split(":")[2]) in slots for words in held if words[1] == "FLOCK")


def _owned_by(folder: Path, uid: int | None) -> int:
    owner = os.geteuid() if uid is None else uid
    return sum(entry.lstat().st_uid == owner for entry in folder.iterdir())


def _groups_of(uid: int | None) -> int:
    """Return how many control groups carry the number of the sandbox's user in their name."""
    top = Path("/sys/fs/cgroup")
    return sum(str(uid) in folder.name for folder in top.rglob("*") if folder.is_dir()) if uid else 0


def _resident_mib(process: Path) -> float:
    return int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)
