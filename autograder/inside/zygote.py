"""Imports torch, torchvision and NumPy once, then forks a confined child for each probe.

It holds no secret: a job names a workspace, a probe and limits, and nothing else ever reaches it.
Jobs come one at a time over a socket whose other end the grader holds; with each come two
descriptors, the child's channel and where it prints.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.inside import kernel

if __name__ == "__main__":  # before the imports, which take seconds: a grader that is killed leaves nothing behind
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([int(sys.argv[1])], [], [], 0)[0]:  # nothing is sent so early: its end has been closed
        sys.exit("the grader has gone")

import autograder.inside.artefacts
import autograder.inside.training_trace
import autograder.inside.weights  # noqa: F401
from autograder.inside import child, huge_pages, init, landlock, namespaces, stand_ins
from autograder.inside.child import Layers
from autograder.inside.group_account import GroupAccount
from autograder.inside.memory_use import Resident
from autograder.inside.mounts import Visible
from autograder.inside.seccomp import SeccompUnavailable, build_filter
from autograder.inside.watch import Child, Usage, Watch

MAX_JOB_BYTES = 1 << 20


def serve(descriptor: int) -> None:
    """Serve jobs from the socket `descriptor` until its other end is closed."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    control = socket.socket(fileno=descriptor)
    stand_ins.install()
    gc.collect()
    gc.freeze()  # the collector would otherwise touch, and so copy, every page after each fork
    huge_pages.collapse()
    layers, said = _permitted()
    _send(control, said)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_JOB_BYTES, 2)
        if not message:
            return
        if not descriptors:  # the wish to end a probe that has just ended by itself
            continue
        job = json.loads(message)
        usage = _run_job(job, descriptors[0], descriptors[1], _without(layers, job["without"]), control)
        _send(control, usage.as_dict())


def _permitted() -> tuple[Layers, dict[str, str]]:
    """Return the layers that this machine permits, and for each `"active"` or why it is missing."""
    said = {"namespaces": namespaces.problem() or "active"}
    abi = landlock.abi()
    said["Landlock"] = f"active: ABI {abi}" if abi else "missing: not in this kernel, or switched off"
    try:
        filters = build_filter(sockets=True), build_filter(sockets=False)
        said["seccomp"] = "active"
    except SeccompUnavailable as error:
        filters = b"", b""
        said["seccomp"] = f"missing: {error}"
    if said["namespaces"] != "active":
        said["namespaces"] = f"missing: {said['namespaces']}"
    return Layers(said["namespaces"] == "active", bool(abi), *filters), said


def _without(layers: Layers, names: list[str]) -> Layers:
    """Return the layers but for those that the grader does not want."""
    return replace(
        layers,
        namespaces=layers.namespaces and "namespaces" not in names,
        landlock=layers.landlock and "Landlock" not in names,
        filter=b"" if "seccomp" in names else layers.filter,
        strict_filter=b"" if "seccomp" in names else layers.strict_filter,
    )


def _run_job(job: dict[str, Any], channel: int, output: int, layers: Layers, control: socket.socket) -> Usage:
    # A child of a process that has run a parallel region hangs in its first one for ever.
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise RuntimeError("the zygote has more than one thread")
    limits, fork = job["limits"], Resident.of(os.getpid())
    folders, account = tuple(job["writable"]), GroupAccount(job["group"])
    pid, report = _start(job, channel, output, layers)
    os.close(channel)
    os.close(output)
    return Watch(Child(pid, report, job["uid"], fork, folders), limits, control, account).until_the_end()


def _start(job: dict[str, Any], channel: int, output: int, layers: Layers) -> tuple[int, int | None]:
    """Fork; return the process and, with namespaces, where it will report how the child ended."""
    run = partial(child.run, job, channel, output, layers)
    if not layers.namespaces:
        pid = os.fork()
        if pid == 0:
            run()
        return pid, None
    read_end, write_end = os.pipe()
    pid = namespaces.fork()
    if pid == 0:
        visible = Visible(job["readable"], job["writable"], job["limits"]["memory_mib"])
        init.run(job["root"], visible, output, write_end, run)
    os.close(write_end)
    return pid, read_end


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
