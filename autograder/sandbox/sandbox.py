"""Runs probes, one after the other, each in a child of the zygote, and keeps supervisor and zygote alive."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.child_session import ChildSession, DeferredInputs
from autograder.sandbox.job import Job
from autograder.sandbox.protection import remove_left_behind
from autograder.sandbox.running_processes import RunningProcesses, running_processes
from autograder.sandbox.supervisor_process import SupervisorGone, SupervisorProcess
from autograder.sandbox.verdicts import observation_of
from autograder.sandbox.workspace import Stage
from autograder.wire.layers import Feature

LITTLE_BYTES = 1 << 20  # free on a disk that is as good as full
# They cost 0.2 CPU seconds and save each probe 2 ms, so they help a class, and not a single grading.
RUNS_BEFORE_LARGE_PAGES = 60
LIBRARIES_MIB = 1024  # all packages that are imported beforehand take about 150


class Sandbox:
    """One supervisor with its zygote, and the policy for its children."""

    def __init__(self, processes: RunningProcesses) -> None:
        self.protection = processes.protection
        self._processes = processes
        self._imports_libraries = True
        self._runs = 0  # of the present zygote

    @property
    def _supervisor(self) -> SupervisorProcess:
        return self._processes.supervisor

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
            self._use_large_pages(job)
            self._limit_group(group_mib or self._most_memory_mib(job), job)
            group = self._processes.group
            session.run(self._supervisor, job, self.protection, group.files() if group else None)
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
            self._limit_group(LIBRARIES_MIB, job)  # that of the probe before may be too low
            self._supervisor.import_once(job.libraries)
        except SupervisorGone:
            self._imports_libraries = False
            self._restart()
            self._supervisor.wait_until_ready()

    def _use_large_pages(self, job: Job) -> None:
        """Have the zygote use large pages when it has run so many probes that more will probably follow.

        Raises:
            SupervisorGone: it died of it.
        """
        self._runs += 1
        if self._runs == RUNS_BEFORE_LARGE_PAGES:
            self._limit_group(LIBRARIES_MIB, job)
            self._supervisor.use_large_pages()

    def _limit_group(self, memory_mib: int, job: Job) -> None:
        with self._processes.group_or_none():
            if self._processes.group:
                self._processes.group.limit(memory_mib, job.limits.processes)

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
        self._processes.restart()
        self._runs = 0

    def features(self) -> dict[Feature, str]:
        """Return each feature of the kernel with `"active"` or why it is missing."""
        said = self._supervisor.wait_until_ready() | {Feature.CGROUP: self._processes.group_said}
        return {name: "switched off" if name in self.protection.without else how for name, how in said.items()}


@contextlib.contextmanager
def open_sandbox(
    given: Mapping[str, Path],
    threads: int = 2,
    without: tuple[Feature, ...] = (),
    packages: Path | None = None,
    running: RunningProcesses | None = None,
) -> Iterator[tuple[Sandbox, Stage]]:
    """Yield a sandbox and the stage for its workspaces; nothing is proven yet.

    Args:
        given: files and folders that submissions find in their working directory, by name.
        threads: of one parallel region.
        without: features of the kernel that are left unused, for measurements and tests.
        packages: folder with further Python packages, below the interpreter's own folder.
        running: processes that were started earlier, with the same threads, features and packages.

    Raises:
        NoFreeUser: too many sandboxes run on this machine.
        UnsafeMachine: a folder of the project cannot be closed to other users.
    """
    with contextlib.ExitStack() as clean_up:
        processes = running or clean_up.enter_context(running_processes(threads, without, packages))
        # While the zygote imports torch, this side copies the data.
        stage = Stage(processes.protection, given)
        clean_up.callback(stage.close)
        yield Sandbox(processes), stage
