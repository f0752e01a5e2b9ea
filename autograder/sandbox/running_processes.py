"""The sandbox's processes, in their control group. They start before all else, since importing torch takes longest."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from autograder import project
from autograder.sandbox.cgroup import Cgroup, CgroupUnavailable
from autograder.sandbox.protection import Protection, close_project, end_left_behind, remove_left_behind
from autograder.sandbox.sandbox_users import sandbox_uid
from autograder.sandbox.supervisor_process import HARNESS, SupervisorProcess
from autograder.wire.layers import Feature


class RunningProcesses:
    """A supervisor with its zygote, which can be started again.

    Attributes:
        protection: the policy for its children.
        supervisor: the present one.
        group: its control group; None where the machine permits none.
        group_said: words on the group's state.
    """

    def __init__(self, protection: Protection, threads: int, packages: Path | None = None) -> None:
        self.protection = protection
        self.threads, self.packages = threads, packages
        self.group, self.group_said = _open_group(protection)
        self.supervisor = self._start()
        end_left_behind(protection.uid)  # the user is ours now: whatever runs has lost its grader
        remove_left_behind(protection.uid)

    def _start(self) -> SupervisorProcess:
        """Start a supervisor, in the control group where there is one."""
        supervisor = SupervisorProcess(self.threads, self.packages)
        with self.group_or_none():
            if self.group:
                self.group.add(supervisor.pid)
        supervisor.begin()
        return supervisor

    @contextlib.contextmanager
    def group_or_none(self) -> Iterator[None]:
        """Go on without the control group where it fails: the limits are watched without it too."""
        try:
            yield
        except CgroupUnavailable as error:
            self.group, self.group_said = None, f"missing: {error}"

    def restart(self) -> None:
        """End them, and all that the children started, and start them again."""
        self._end()
        self.supervisor = self._start()

    def close(self) -> None:
        """End them, and all that the children started."""
        self._end()
        if self.group:
            self.group.remove()

    def _end(self) -> None:
        self.supervisor.stop()
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
def running_processes(
    threads: int = 2, without: tuple[Feature, ...] = (), packages: Path | None = None
) -> Iterator[RunningProcesses]:
    """Yield the processes of one sandbox, under a user of their own, while they import torch.

    Args:
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
        processes = RunningProcesses(Protection(uid, without=without), threads, packages)
        clean_up.callback(remove_left_behind, uid)
        clean_up.callback(processes.close)
        yield processes
