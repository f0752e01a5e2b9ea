"""Starts the sandbox's processes for an assignment while the command that grades is still being imported.

It imports little itself, which is the point.
"""

import contextlib
from collections.abc import Iterator

from autograder.evidence.packages import installed_layer
from autograder.manifest import load_assignment
from autograder.model.failures import HarnessFailure, UnusableAssignment, UnusableInput
from autograder.sandbox.running_processes import RunningProcesses, running_processes


@contextlib.contextmanager
def started_early(slug: str) -> Iterator[RunningProcesses | None]:
    """Yield the processes of a sandbox for an assignment; None where they cannot start, which `open_session` explains.

    They end with the block, used or not.
    """
    with contextlib.ExitStack() as clean_up:
        running = None
        with contextlib.suppress(HarnessFailure, UnusableAssignment, UnusableInput, OSError):
            assignment = load_assignment(slug)
            packages = installed_layer(assignment)
            running = clean_up.enter_context(running_processes(assignment.threads, packages=packages))
        yield running
