"""Describes an exception to its author: their own frames only, with the names of their files."""

import os
import traceback
from pathlib import Path
from typing import Any

from autograder.wire.built_in import MAX_KIND, MAX_MESSAGE, MAX_TRACEBACK

CALLED_EXIT = "the code called exit(), quit() or sys.exit()"


def described(error: BaseException, workspace: str, importing: bool) -> dict[str, Any]:
    """Return the fields of `StudentError` for an exception that was raised inside the sandbox.

    Args:
        error: any exception; its `__str__` may be hostile.
        workspace: absolute path of the folder that holds the submission's files.
        importing: whether the submission was being imported.
    """
    try:
        message = CALLED_EXIT if isinstance(error, SystemExit) else str.__getitem__(str(error), slice(MAX_MESSAGE))
    except BaseException:
        message = ""
    try:
        trace = _trimmed_traceback(error, workspace)[-MAX_TRACEBACK:]
    except BaseException:
        trace = ""
    return {
        "kind": type(error).__name__[:MAX_KIND],
        "message": message.replace(workspace + os.sep, ""),
        "traceback": trace,
        "importing": importing,
    }


def _trimmed_traceback(error: BaseException, workspace: str) -> str:
    """Return the frames that lie in the workspace, and the exception's own lines."""
    summary = traceback.TracebackException.from_exception(error, lookup_lines=True)
    own = [frame for frame in summary.stack if _lies_in(frame.filename, workspace)]
    lines = traceback.StackSummary.from_list(own).format() if own else []
    text = "".join([*lines, *summary.format_exception_only()])
    return text.replace(workspace + os.sep, "").strip()


def _lies_in(filename: str, workspace: str) -> bool:
    return Path(filename).is_relative_to(workspace)
