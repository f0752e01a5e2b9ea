"""How a command ends: its exit status, and for each failure what standard error says."""

import errno
import traceback
from enum import IntEnum

import click

from autograder.commands.console import complain
from autograder.model.failures import HarnessFailure, UnusableAssignment, UnusableInput
from autograder.system.stopping import Stopped


class ExitStatus(IntEnum):
    """The statuses that docs/assistants.md lists; a score never changes one."""

    DONE = 0
    FAULTS_FOUND = 1  # `verify` found some
    UNUSABLE = 2  # the command, its input or the assignment
    HARNESS_FAILED = 3
    NOT_FINAL = 4  # graded, but the machine or the harness failed in some tests; a person must look
    INTERRUPTED = 130  # by SIGINT, as a shell reports it
    TERMINATED = 143  # by SIGTERM


# Whoever knows the machine can mend these without knowing our code, so no traceback is shown.
OF_THE_MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
    errno.EAGAIN,
}  # fmt: skip


def report_failure(error: Exception) -> ExitStatus:
    """Say in one line on standard error why a command failed; return its exit status."""
    match error:
        case click.exceptions.Abort():  # click makes it from a KeyboardInterrupt
            return ExitStatus.TERMINATED if isinstance(error.__cause__, Stopped) else ExitStatus.INTERRUPTED
        case click.ClickException():
            error.show()
            return ExitStatus.UNUSABLE
        case UnusableInput() | UnusableAssignment():
            complain(str(error))
            return ExitStatus.UNUSABLE
        case HarnessFailure():
            complain(str(error))
        case OSError():
            if error.errno not in OF_THE_MACHINE:
                traceback.print_exception(error)
            complain(f"{error.filename or 'this machine'}: {error.strerror or error}")
        case _:
            traceback.print_exception(error)  # nobody can mend a fault of ours without it
            complain(f"{type(error).__name__}: {error}; this is a fault of the harness: please report it")
    return ExitStatus.HARNESS_FAILED
