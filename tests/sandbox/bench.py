"""Runs small submissions in one sandbox."""

import contextlib
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder.model.observation import Observation
from autograder.sandbox.child_session import DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.workspace import Stage, Workspace
from autograder.wire.declaration import Observed
from autograder.wire.limits import NO_DEADLINE_S, Limits

CALL_ANSWER = """
def call(submitted, **arguments):
    return submitted.get("answer")(**arguments)
"""
# Wide, so that only what a test lowers can end a probe on a busy machine.
WIDE = Limits(cpu_s=60, wall_s=120, memory_mib=1024, file_mib=64, processes=200, descriptors=256)
GIVEN = {"numbers.txt": "1 2 3\n", "batches/first": "a batch\n"}


@dataclass
class Bench:
    """Runs small submissions.

    Attributes:
        sandbox: what runs them.
        stage: where their files are laid out.
        last: the folders of the probe that ran last; gone by the time that a test looks.
    """

    sandbox: Sandbox
    stage: Stage
    last: Workspace | None = None

    def run(
        self,
        source: str | Mapping[str, str | bytes],
        *,
        probe: str = CALL_ANSWER,
        deferred: DeferredInputs | None = None,
        declared: type[Observed] | None = None,
        modules: Mapping[str, str] | None = None,
        arguments: Mapping[str, Any] | None = None,
        without: tuple[str, ...] | None = None,
        libraries: tuple[str, ...] = (),
        left_s: float = NO_DEADLINE_S,
        entry: str = "submitted",
        planted: Mapping[str, bytes] | None = None,
        keeps_output: bool = False,
        **limits: float,
    ) -> Observation:
        """Return what was observed of a submission whose `answer` is called.

        Args:
            source: text of `submitted.py`, or of several files by name; bytes stay as they are.
            probe: source of another probe `call`.
            deferred: inputs that the probe may ask for.
            declared: what the probe returns.
            arguments: of the probe.
            without: statements that are left out while it is imported in steps; None to import it as it is.
            libraries: modules that the zygote imports before.
            modules: sources of modules that the probe may import.
            left_s: seconds until the deadline of the grading.
            entry: what of the submission is imported.
            planted: content for given files that the probe finds changed.
            keeps_output: whether output counts that comes after a hidden input.
            **limits: those that are lower than usual.
        """
        files = {"submitted.py": source} if isinstance(source, str) else source
        contents = {
            name: text if isinstance(text, bytes) else textwrap.dedent(text).encode() for name, text in files.items()
        }
        with self.stage.workspace(contents, planted) as self.last:
            job = Job(
                entry=entry,
                function="call",
                arguments=arguments or {},
                probe_source=probe,
                modules=modules or {},
                declared=declared,
                workspace=self.last.folder,
                scratch=self.last.scratch,
                readable=(self.last.given,),
                libraries=libraries,
                import_without=without,
                limits=msgspec.structs.replace(WIDE, **limits),
                left_s=left_s,
                keeps_output=keeps_output,
            )
            return self.sandbox.run(job, deferred)

    @property
    def uid(self) -> int | None:
        """The sandbox's own user; None for an ordinary user."""
        return self.sandbox.protection.uid

    @property
    def supervisor(self) -> int:
        """The process that starts and watches all others."""
        return self.sandbox._supervisor.pid

    @property
    def zygote(self) -> int:
        """The process that has imported torch: the first that the supervisor started, once it has begun."""
        return min(_children(self.supervisor))

    def survivors(self) -> list[int]:
        """Return the processes of the sandbox: of its own user, or else below the supervisor, without the zygote."""
        if self.uid is not None:
            return [pid for pid in _processes() if _owner(pid) == self.uid]
        return [pid for pid in _below(self.supervisor) if pid != self.zygote]


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _owner(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}").stat().st_uid
    return None


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _below(pid: int) -> list[int]:
    return [below for child in _children(pid) for below in (child, *_below(child))]
