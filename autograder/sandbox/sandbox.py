"""Runs probes, one after the other, each in a child of the zygote, and keeps supervisor and zygote alive."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from autograder import project
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.cgroup import Cgroup, CgroupUnavailable
from autograder.sandbox.child_session import ChildSession, DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.protection import Protection, close_project, end_left_behind, remove_left_behind
from autograder.sandbox.sandbox_users import sandbox_uid
from autograder.sandbox.supervisor_process import HARNESS, SupervisorGone, SupervisorProcess
from autograder.sandbox.verdicts import observation_of
from autograder.sandbox.workspace import Stage
from autograder.wire.layers import Feature

LITTLE_BYTES = 1 << 20  # free on a disk that is as good as full
LIBRARIES_MIB = 1024  # all packages that are imported beforehand take about 150


class Sandbox:
    """One supervisor with its zygote, and the policy for its children."""

    def __init__(self, protection: Protection, threads: int, packages: Path | None = None) -> None:
        self.protection = protection
        self._threads = threads
        self._packages = packages
        self._imports_libraries = True
        self._group, self._group_said = _open_group(protection)
        self._supervisor = self._start()
        end_left_behind(protection.uid)  # the user is ours now: whatever runs has lost its grader
        remove_left_behind(protection.uid)

    def run(self, job: Job, deferred: DeferredInputs | None = None, group_mib: int | None = None) -> Observation:
        """Run one probe in a fresh child and return the observation.

        Never raises for anything that the child does. If it or the zygote dies, both are started again, and
        this probe's verdict is HARNESS_FAULT.

        Args:
            job: the probe to run.
            deferred: inputs that the probe may ask for by name, made when it asks.
            group_mib: memory that the control group allows, MiB, where that is not the job's limit.
        """
        seen = self._run_once(job, deferred, group_mib)
        if job.is_our_own and seen.verdict in (Verdict.HARNESS_FAULT, Verdict.CRASHED):
            return self._run_once(job, deferred, group_mib)  # somebody killed it, and that was no submission
        return seen

    def _run_once(self, job: Job, deferred: DeferredInputs | None, group_mib: int | None) -> Observation:
        session = ChildSession(deferred or {})
        try:
            self._supervisor.wait_until_ready()
            self._import_once(job)
            with self._group_or_none():
                if self._group:
                    self._group.limit(group_mib or self._most_memory_mib(job), job.limits.processes)
            session.run(self._supervisor, job, self.protection, self._group.files() if self._group else None)
        except SupervisorGone as error:
            session.seen.lost = str(error)
            self._restart()
        except BaseException:  # a test's own time-out or Ctrl-C: the next probe must not read this one's report
            self._restart()
            raise
        finally:
            remove_left_behind(self.protection.uid)
        with contextlib.suppress(OSError):
            session.seen.disk_full = shutil.disk_usage(job.scratch).free < LITTLE_BYTES
        return observation_of(session.seen, job.limits)

    def _import_once(self, job: Job) -> None:
        """Have the zygote import a job's libraries. A child can import them itself, so a failure is not tried again.

        Raises:
            SupervisorGone: the next supervisor does not start.
        """
        if not job.libraries or not self._imports_libraries:
            return
        try:
            with self._group_or_none():
                if self._group:  # the limit of the probe before may be too low
                    self._group.limit(LIBRARIES_MIB, job.limits.processes)
            self._supervisor.import_once(job.libraries)
        except SupervisorGone:
            self._imports_libraries = False
            self._restart()
            self._supervisor.wait_until_ready()

    def _most_memory_mib(self, job: Job) -> int:
        """Return the memory that a probe may have in all. In namespaces its files lie there, too."""
        namespaces = self.features()[Feature.NAMESPACES] == "active"
        return job.limits.memory_mib + (job.limits.disk_mib if namespaces else 0)

    def do_without_sockets(self) -> None:
        """From the next probe on allow no sockets, and so no workers of DataLoaders."""
        self.protection = replace(self.protection, sockets=False, workers=False)

    def do_without_workers(self) -> None:
        """From the next probe on let DataLoaders fetch their batches themselves."""
        self.protection = replace(self.protection, workers=False)

    def _restart(self) -> None:
        self._end()
        self._supervisor = self._start()

    def _start(self) -> SupervisorProcess:
        """Start a supervisor, in the control group where there is one."""
        supervisor = SupervisorProcess(self._threads, self._packages)
        with self._group_or_none():
            if self._group:
                self._group.add(supervisor.pid)
        supervisor.begin()
        return supervisor

    @contextlib.contextmanager
    def _group_or_none(self) -> Iterator[None]:
        """Go on without the control group where it fails: the limits are watched without it too."""
        try:
            yield
        except CgroupUnavailable as error:
            self._group, self._group_said = None, f"missing: {error}"

    def features(self) -> dict[Feature, str]:
        """Return each feature of the kernel with `"active"` or why it is missing."""
        said = self._supervisor.wait_until_ready() | {Feature.CGROUP: self._group_said}
        return {name: "switched off" if name in self.protection.without else how for name, how in said.items()}

    def close(self) -> None:
        """End supervisor and zygote, and all that the children started."""
        self._end()
        if self._group:
            self._group.remove()

    def _end(self) -> None:
        self._supervisor.stop()
        end_left_behind(self.protection.uid)


def _open_group(protection: Protection) -> tuple[Cgroup | None, str]:
    """Return the user's control group, if the machine permits one, and words on its state."""
    if protection.uid is None:
        return None, "missing: only root may make one"
    if Feature.CGROUP in protection.without:
        return None, "switched off"
    try:
        group = Cgroup.open(f"autograder-{protection.uid}")
    except CgroupUnavailable as error:
        return None, f"missing: {error}"
    return group, f"active: version {group.version}"


@contextlib.contextmanager
def open_sandbox(
    given: Mapping[str, Path],
    threads: int = 2,
    without: tuple[Feature, ...] = (),
    packages: Path | None = None,
) -> Iterator[tuple[Sandbox, Stage]]:
    """Yield a sandbox and the stage for its workspaces; nothing is proven yet.

    Args:
        given: files and folders that submissions find in their working directory, by name.
        threads: of one parallel region.
        without: features of the kernel that are left unused, for measurements and tests.
        packages: folder with further Python packages, below the interpreter's own folder.

    Raises:
        NoFreeUser: too many sandboxes run on this machine.
        UnsafeMachine: a folder of the project cannot be closed to other users.
    """
    with sandbox_uid() as uid, contextlib.ExitStack() as clean_up:
        for folder in {HARNESS, project.course().root}:
            close_project(folder)
        protection = Protection(uid, without=without)
        sandbox = Sandbox(protection, threads, packages)
        clean_up.callback(remove_left_behind, uid)
        clean_up.callback(sandbox.close)
        # While the zygote imports torch, this side copies the data.
        stage = Stage(protection, given)
        clean_up.callback(stage.close)
        yield sandbox, stage
