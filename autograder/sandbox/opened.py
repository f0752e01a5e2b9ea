"""Opens the sandbox, and removes all traces of it."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.sandbox.protection import Protection, close_project, remove_left_behind
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.slots import sandbox_uid
from autograder.sandbox.stage import Stage


@contextlib.contextmanager
def opened(
    given: Mapping[str, Path], threads: int = 2, without: tuple[str, ...] = ()
) -> Iterator[tuple[Sandbox, Stage]]:
    """Yield a sandbox and the stage for its workspaces; nothing is proven yet.

    Args:
        given: what submissions find in their working directory: name to file or folder.
        threads: of one parallel region.
        without: layers of the kernel's that are not to be used, for measurements and tests.

    Raises:
        NoFreeSlot: too many sandboxes run on this machine.
        UnsafeMachine: a folder of the project cannot be closed to other users.
    """
    with sandbox_uid() as uid, contextlib.ExitStack() as clean_up:
        close_project()
        protection = Protection(uid, without=without)
        sandbox = Sandbox(protection, threads)
        clean_up.callback(remove_left_behind, uid)
        clean_up.callback(sandbox.close)
        # While the zygote imports torch, this side copies the data.
        stage = Stage(protection, given)
        clean_up.callback(stage.close)
        yield sandbox, stage
