"""Starts the zygote, has it fork a child for each probe, and keeps that child within its limits.

It is small where the zygote is large: what it writes while it watches costs no copies of the zygote's memory, and
the first process of a child's namespaces is a fork of it. Jobs come one at a time over a socket whose other end the
grader holds; with each come two descriptors, the child's channel and where it prints. What comes without is a wish.
"""

import contextlib
import json
import os
import signal
import socket
import sys
from typing import Any, NoReturn

from autograder.confinement import kernel, namespaces
from autograder.confinement.mounts import Visible
from autograder.supervisor import init
from autograder.supervisor.group_account import GroupAccount
from autograder.supervisor.memory_use import Resident
from autograder.supervisor.watch import Child, Usage, Watch

MAX_JOB_BYTES = 1 << 20


class ZygoteDied(RuntimeError):
    """The process that has imported torch does not answer any more."""


class Supervisor:
    """Holds the zygote, and runs one job at a time."""

    def __init__(self, control: socket.socket) -> None:
        """Start the zygote.

        Args:
            control: to the grader.
        """
        self._control = control
        self._missing = namespaces.problem()
        if not self._missing:
            namespaces.enter_user_namespace()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_JOB_BYTES)
        self._zygote_pid = os.fork()
        if self._zygote_pid == 0:
            ours.close()
            control.close()
            _be_zygote(theirs)
        theirs.close()
        self._zygote = ours

    def ready(self) -> dict[str, str]:
        """Wait until the zygote has imported everything; return for each layer `"active"` or why it is missing."""
        said = self._answer()
        return {"namespaces": f"missing: {self._missing}" if self._missing else "active", **said}

    def import_once(self, modules: list[str]) -> None:
        """Have the zygote import modules that the next children will need.

        Raises:
            ZygoteDied: there is nobody to import them.
        """
        self._zygote.send(json.dumps({"import": modules}).encode())
        self._answer()

    def run(self, job: dict[str, Any], channel: int, output: int) -> Usage:
        """Run one job; return what it used and how it ended.

        Raises:
            ZygoteDied: there is nobody to run it.
        """
        account, fork = GroupAccount(job["group"]), Resident.of(self._zygote_pid)
        first = None
        if not self._missing and "namespaces" not in job["without"]:
            visible = Visible(job["readable"], job["writable"], job["limits"]["memory_mib"])
            first = init.start(job["root"], visible, output)
        descriptors = [channel, output, *(first.namespaces if first else ())]
        try:
            if first and not first.namespaces:
                return Usage(exit_code=first.end())
            pid = self._forked(job, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        child = Child(pid, first, job["uid"], fork, tuple(job["writable"]))
        return Watch(child, self._zygote_pid, job["limits"], self._control, account).until_the_end()

    def _forked(self, job: dict[str, Any], descriptors: list[int]) -> int:
        socket.send_fds(self._zygote, [json.dumps(job).encode()], descriptors)
        return int(self._answer()["pid"])

    def _answer(self) -> dict[str, Any]:
        message = self._zygote.recv(MAX_JOB_BYTES)
        if not message:
            raise ZygoteDied
        answer: dict[str, Any] = json.loads(message)
        return answer


def _be_zygote(link: socket.socket) -> NoReturn:
    try:  # imported here, so that this process stays small
        from autograder.worker import zygote

        zygote.serve(link)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def serve(descriptor: int) -> None:
    """Serve jobs from the socket `descriptor` until its other end is closed, or the zygote dies."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # a grader that is killed leaves nothing behind
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    control = socket.socket(fileno=descriptor)
    if not control.recv(MAX_JOB_BYTES):  # it says that this process, and so all that follow, is in its control group
        return
    with contextlib.suppress(ZygoteDied, OSError):  # the grader sees us end
        _serve(control, Supervisor(control))


def _serve(control: socket.socket, supervisor: Supervisor) -> None:
    _send(control, supervisor.ready())
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_JOB_BYTES, 2)
        if not message:
            return
        request = json.loads(message)
        if descriptors:
            _send(control, supervisor.run(request, *descriptors).as_dict())
        elif "import" in request:
            supervisor.import_once(request["import"])
            _send(control, {})
        # Else the wish to end a probe that has just ended by itself.


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
