"""Describes an exception to its author: their own frames only, with the names of their files."""

import contextlib
import errno
import os
import re
import traceback
from pathlib import Path
from typing import Any

from autograder.probes.submitted import MissingName
from autograder.wire.built_in import FILES_ARE_FULL, MAX_KIND, MAX_MESSAGE, MAX_TRACEBACK
from autograder.worker import ended_cells
from autograder.worker.ends_of_process import EndOfProcess

CALLED_EXIT = "the code called exit(), quit() or sys.exit()"
NO_ARGUMENTS = "parse_args() found no arguments"
THERE_IS = "; there is "
LITTLE_BYTES = 1 << 20
IN_A_CELL = re.compile(r'File "cell (\d+)", line')


def described(error: BaseException, workspace: str, importing: bool) -> dict[str, Any]:
    """Return the fields of `StudentError` for an exception that was raised inside the sandbox.

    Args:
        error: any exception; its `__str__` may be hostile.
        workspace: absolute path of the folder that holds the submission's files.
        importing: whether the submission was being imported.
    """
    try:
        message = str.__getitem__(_message(error, workspace), slice(MAX_MESSAGE))
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


def _message(error: BaseException, workspace: str) -> str:
    if isinstance(error, EndOfProcess):
        return str(error)
    if isinstance(error, SystemExit):
        return _of_argparse(error) or CALLED_EXIT
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and _is_full(workspace):
        return f"{error}{FILES_ARE_FULL}"
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        near = ""
        with contextlib.suppress(OSError):  # folders that the sandbox may not list
            near = _same_but_for_spelling(error.filename)
        return f"{error}{THERE_IS}{near!r}" if near else str(error)
    if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str):
        near = _same_but_for_spelling(str(Path(workspace, *error.name.split(".")).with_suffix(".py")))
        return f"{error}{THERE_IS}{near!r}" if near else str(error)
    if isinstance(error, MissingName) and ended_cells.notebook:
        return f"{ended_cells.notebook[0]} does not define `{error.name}`{ended_cells.about(error.name)}"
    if isinstance(error, NameError) and isinstance(error.name, str):
        return f"{error}{ended_cells.about(error.name)}"
    return str(error)


def _is_full(folder: str) -> bool:
    """Return whether a folder's file system has no room; asked while the failing code's files are still open."""
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize < LITTLE_BYTES or system.f_ffree == 0


def _of_argparse(error: SystemExit) -> str:
    """Return the message with which argparse ended the program; empty if something else ended it."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).name == "argparse.py" and frame.f_code.co_name == "error":
            return f"{NO_ARGUMENTS}: {frame.f_locals.get('message', '')}"
    return ""


def _same_but_for_spelling(name: str) -> str:
    """Return the file whose name differs in upper and lower case, or in the slashes between folders; empty if none."""
    plain = name.replace("\\", "/")
    found = Path("/") if plain.startswith("/") else Path()
    for part in Path(plain).parts:
        if part == "/":
            continue
        exact = found / part
        if not exact.exists():
            alike = [one for one in os.listdir(found) if one.casefold() == part.casefold()]  # noqa: PTH208
            if len(alike) != 1:
                return ""
            exact = found / alike[0]
        found = exact
    return "" if str(found) in (name, ".") else str(found)


def _trimmed_traceback(error: BaseException, workspace: str) -> str:
    """Return the frames that lie in the workspace, and the exception's own lines."""
    summary = traceback.TracebackException.from_exception(error, lookup_lines=True)
    own = [frame for frame in summary.stack if _lies_in(frame.filename, workspace)]
    lines = traceback.StackSummary.from_list(own).format() if own else []
    text = "".join([*lines, *summary.format_exception_only()])
    text = text.replace(workspace + os.sep, "")
    notebook = "".join(ended_cells.notebook)
    return IN_A_CELL.sub(lambda found: f"{notebook}, cell {found[1]}, line", text).strip()


def _lies_in(filename: str, workspace: str) -> bool:
    return Path(filename).is_relative_to(workspace)
