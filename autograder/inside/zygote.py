"""Imports torch, torchvision and NumPy once, then forks a confined child for each probe.

It holds no secret: a job names a workspace, a probe and limits, and nothing else ever reaches it.
Jobs come one at a time over a socket whose other end the grader holds; with each come two
descriptors, the child's channel and where it prints.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import autograder.inside.training_trace
import autograder.inside.weights  # noqa: F401
from autograder.inside import child, landlock, process_tree
from autograder.inside.seccomp import SeccompUnavailable, build_filter
from autograder.inside.torchvision_without_ops import import_torchvision
from autograder.inside.watch import Usage, watch

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MAX_JOB_BYTES = 1 << 20


def serve(descriptor: int) -> None:
    """Serve jobs from the socket `descriptor` until its other end is closed."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    control = socket.socket(fileno=descriptor)
    import_torchvision()
    gc.collect()
    gc.freeze()  # the collector would otherwise touch, and so copy, every page after each fork
    instructions, problem = _filter()
    _send(control, {"seccomp": problem or "active", "landlock": landlock.abi()})
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_JOB_BYTES, 2)
        if not message:
            return
        channel, output = descriptors
        usage = _run_job(json.loads(message), channel, output, instructions, control)
        _send(control, usage.as_dict())


def _filter() -> tuple[bytes, str]:
    try:
        return build_filter(), ""
    except SeccompUnavailable as error:
        return b"", f"missing: {error}"


def _run_job(job: dict[str, Any], channel: int, output: int, instructions: bytes, control: socket.socket) -> Usage:
    # A child of a process that has run a parallel region hangs in its first one for ever.
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise RuntimeError("the zygote has more than one thread")
    limits, uid = dict(job["limits"]), job["uid"]
    shared_mib = process_tree.own_shared_mib()
    pid = os.fork()
    if pid == 0:
        control.close()
        child.run(job, channel, output, instructions)
    os.close(channel)
    os.close(output)
    return watch(pid, limits, uid, shared_mib)


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
