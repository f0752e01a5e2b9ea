"""Starts the zygote, has it fork a child for each probe, and keeps that child within its limits.

It is small where the zygote is large: its own writes cost no copies of the zygote's memory, and the first process of
a child's namespaces is a fork of it. Requests come one at a time over a socket whose other end the grader holds. With
a job come two descriptors, the child's channel and its output.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn, TypeVar

from msgspec import structs

from autograder.confinement import kernel, namespaces
from autograder.confinement.mounts import Visible
from autograder.supervisor import init
from autograder.supervisor.group_account import GroupAccount
from autograder.supervisor.hidden_tasks import HiddenTasks
from autograder.supervisor.memory_use import Resident
from autograder.supervisor.watch import Child, Watch
from autograder.wire.layers import Feature
from autograder.wire.messages import (
    MAX_MESSAGE_BYTES,
    Forked,
    Imported,
    ImportOnce,
    Ready,
    Reply,
    Request,
    RunJob,
    UseLargePages,
    as_bytes,
    reply_from,
    request_from,
)
from autograder.wire.usage import Usage

T = TypeVar("T", bound=Reply)
# The kernel stops files a little beyond the limit, with an OSError. So a look can first find the limit exceeded.
BEYOND_LIMIT_MIB, BEYOND_LIMIT_FILES = 8, 100


class ZygoteDied(RuntimeError):
    """The process that has imported torch does not answer any more."""


class Supervisor:
    """Holds the zygote, and runs one job at a time."""

    def __init__(self, control: socket.socket, packages: Sequence[str] = ()) -> None:
        """Start the zygote.

        Args:
            control: to the grader.
            packages: folders with further Python packages for submissions.
        """
        self._control = control
        self._hidden = HiddenTasks()
        self._missing = namespaces.problem()
        if not self._missing:
            namespaces.enter_user_namespace()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_MESSAGE_BYTES)
        supervisor = os.getpid()
        self._zygote_pid = os.fork()
        if self._zygote_pid == 0:
            ours.close()
            control.close()
            _be_zygote(theirs, supervisor, packages)
        theirs.close()
        self._zygote = ours

    def ready(self) -> Ready:
        """Wait until the zygote has imported everything; return the kernel's features, namespaces among them."""
        said = f"missing: {self._missing}" if self._missing else "active"
        return Ready({Feature.NAMESPACES: said, **self._reply(Ready).features})

    def have_prepared(self, request: ImportOnce | UseLargePages) -> Imported:
        """Have the zygote prepare for the next children.

        Raises:
            ZygoteDied: there is nobody to do it.
        """
        self._zygote.send(as_bytes(request))
        return self._reply(Imported)

    def run(self, job: RunJob, channel: int, output: int) -> Usage:
        """Run one job; return its usage and how it ended.

        Raises:
            ZygoteDied: there is nobody to run it.
        """
        policy, account, fork = job.confinement, GroupAccount(job.group), Resident.of(self._zygote_pid)
        first = None
        if not self._missing and Feature.NAMESPACES not in policy.without:
            visible = _visible_to(job)
            first = init.start(job.root, visible, output)
        descriptors = [channel, output, *(first.namespaces if first else ())]
        try:
            if first and not first.namespaces:
                return Usage(exit_code=first.end())
            pid = self._forked(self._with_room_for_others(job), descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        child = Child(pid, first, policy.uid, fork, policy.writable)
        return Watch(child, self._zygote_pid, job, self._control, account).until_the_end()

    def _with_room_for_others(self, job: RunJob) -> RunJob:
        """Return the job with a limit on processes that strangers of the same user do not use up."""
        hidden = self._hidden.now(job.confinement.uid)
        processes = job.limits.processes + 2 * hidden  # there may soon be more of them
        return structs.replace(job, limits=structs.replace(job.limits, processes=processes))

    def _forked(self, job: RunJob, descriptors: list[int]) -> int:
        socket.send_fds(self._zygote, [as_bytes(job)], descriptors)
        return self._reply(Forked).pid

    def _reply(self, expected: type[T]) -> T:
        datagram = self._zygote.recv(MAX_MESSAGE_BYTES)
        reply = reply_from(datagram) if datagram else None
        if not isinstance(reply, expected):
            raise ZygoteDied
        return reply


def _visible_to(job: RunJob) -> Visible:
    """Return the file tree of a job; there the kernel stops writes that go too far between two looks at the limits."""
    limits, policy = job.limits, job.confinement
    disk_mib = limits.disk_mib + BEYOND_LIMIT_MIB
    return Visible(policy.readable, policy.writable, limits.memory_mib, disk_mib, limits.files + BEYOND_LIMIT_FILES)


def _be_zygote(link: socket.socket, supervisor: int, packages: Sequence[str]) -> NoReturn:
    kernel.die_with_parent(supervisor)  # before the imports, which take seconds
    sys.path += packages  # last: nothing in there replaces what the harness was tested with
    gc.disable()  # a third of a CPU second of the imports; children turn it on again
    try:  # imported here, so that this process stays small
        from autograder.worker import zygote

        zygote.serve(link)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def serve(descriptor: int, grader: int, packages: Sequence[str] = ()) -> None:
    """Serve jobs until nobody wants any more, or the zygote dies.

    Args:
        descriptor: a socket, whose other end the grader holds.
        grader: the process id of our parent, which leaves nothing behind when it is killed.
        packages: folders with further Python packages for submissions.
    """
    kernel.die_with_parent(grader)
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    # Whatever the grader does about Ctrl-C, a submission finds the signal as a program finds it at home.
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    control = socket.socket(fileno=descriptor)
    if not control.recv(MAX_MESSAGE_BYTES):  # it says that this process, and all that follow, is in its control group
        return
    with contextlib.suppress(ZygoteDied, OSError):  # the grader sees us end
        _serve(control, Supervisor(control, packages))


def _serve(control: socket.socket, supervisor: Supervisor) -> None:
    control.send(as_bytes(supervisor.ready()))
    while True:
        datagram, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE_BYTES, 2)
        if not datagram:
            return
        reply = _reply_to(request_from(datagram), supervisor, descriptors)
        if reply:
            control.send(as_bytes(reply))


def _reply_to(request: Request, supervisor: Supervisor, descriptors: list[int]) -> Reply | None:
    match request:
        case RunJob():
            channel, output = descriptors
            return supervisor.run(request, channel, output)
        case ImportOnce() | UseLargePages():
            return supervisor.have_prepared(request)
    return None  # the wish to end a probe that has just ended by itself


if __name__ == "__main__":
    serve(descriptor=int(sys.argv[1]), grader=int(sys.argv[2]), packages=sys.argv[3:])
