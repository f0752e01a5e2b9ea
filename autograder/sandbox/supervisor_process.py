"""Starts the supervisor of the sandbox as a separate process, and talks to it."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

from autograder import project
from autograder.model.failures import HarnessFailure
from autograder.wire.layers import Feature
from autograder.wire.messages import (
    MAX_MESSAGE_BYTES,
    Begin,
    EndProbe,
    Imported,
    ImportOnce,
    MalformedMessage,
    Ready,
    Reply,
    Request,
    UseLargePages,
    as_bytes,
    reply_from,
)
from autograder.wire.usage import Breach, Usage

T = TypeVar("T", bound=Reply)

HARNESS = Path(__file__).resolve().parents[2]
START_PATIENCE_S = 400.0  # three suffice; at load 20, two minutes did not
# matplotlib's list of fonts; without a place for it the zygote would leave a temporary folder behind.
FONTS = project.cache() / "matplotlib"
DRAWING = ("matplotlib", "seaborn", "torchmetrics", "lightning", "pytorch_lightning")  # the others import matplotlib
MALLOC = {
    "hugetlb": 1,  # large pages: fewer entries for a fork to copy
    # Freed memory stays with the process for its next allocation: a network's tensors come and go with each batch.
    "mmap_threshold": 32 << 20,
    "trim_threshold": 1 << 30,
    "top_pad": 4 << 20,
}


class SupervisorGone(HarnessFailure):
    """The supervisor does not answer any more."""


class SupervisorProcess:
    """The process that has torch imported once and forks a child for each probe."""

    def __init__(self, threads: int, packages: Path | None = None) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MAX_MESSAGE_BYTES)
        self.control = ours
        arguments = (theirs.fileno(), os.getpid(), *([packages] if packages else []))
        self._process = subprocess.Popen(
            # With subprocess, not multiprocessing, which a worker of a cluster may not use.
            [sys.executable, "-s", "-P", "-m", "autograder.supervisor.supervisor", *map(str, arguments)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=_environment(threads),
            process_group=0,  # Ctrl-C at a terminal is for the grader, which ends the sandbox
        )
        theirs.close()
        self._ready: Ready | None = None
        self._imported: set[str] = set()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def begin(self) -> None:
        """Let it start."""
        with contextlib.suppress(SupervisorGone):  # which the first job will find out
            self.send(Begin(), [])

    def wait_until_ready(self) -> dict[Feature, str]:
        """Wait for the imports to end; return each feature of the kernel with `"active"` or why it is missing.

        Raises:
            SupervisorGone: it died, or needs longer than two minutes.
        """
        if self._ready is None:
            self._ready = self._receive_patiently(Ready)
        return dict(self._ready.features)

    def import_once(self, modules: Collection[str]) -> None:
        """Have the zygote import modules, so that the children that it will fork need not; wait for the end.

        Raises:
            SupervisorGone: it died, or needs longer than two minutes.
        """
        missing = [module for module in modules if module not in self._imported]
        if not _has_place(FONTS):
            missing = [module for module in missing if not module.startswith(DRAWING)]
        if missing:
            self._imported.update(missing)
            self.send(ImportOnce(tuple(missing)), [])
            self._receive_patiently(Imported)

    def use_large_pages(self) -> None:
        """Have the zygote put its memory into large pages; wait for the end.

        Raises:
            SupervisorGone: it died, or needs longer than two minutes.
        """
        self.send(UseLargePages(), [])
        self._receive_patiently(Imported)

    def send(self, request: Request, descriptors: list[int]) -> None:
        """Send one request, a job with its descriptors.

        Raises:
            SupervisorGone: it died.
        """
        try:
            socket.send_fds(self.control, [as_bytes(request)], descriptors)
        except OSError as error:
            raise SupervisorGone(str(error)) from None

    def end_probe(self, why: Breach) -> None:
        """Ask for the end of the probe that runs now; its report comes all the same.

        Raises:
            SupervisorGone: it died.
        """
        self.send(EndProbe(why), [])

    def usage(self) -> Usage:
        """Return the report on the probe that has just ended.

        Raises:
            SupervisorGone: it died, or did not answer in time.
        """
        return self._receive(Usage)

    def _receive(self, expected: type[T]) -> T:
        """Return the next reply.

        Raises:
            SupervisorGone: it died, or did not answer in time.
        """
        try:
            datagram = self.control.recv(MAX_MESSAGE_BYTES)
            if not datagram:
                raise SupervisorGone("it ended unexpectedly")
            reply = reply_from(datagram)
        except (OSError, MalformedMessage) as error:
            raise SupervisorGone(str(error)) from None
        if not isinstance(reply, expected):
            raise SupervisorGone(f"it answered with {type(reply).__name__} instead of {expected.__name__}")
        return reply

    def _receive_patiently(self, expected: type[T]) -> T:
        self.control.settimeout(START_PATIENCE_S)
        reply = self._receive(expected)
        self.control.settimeout(None)
        return reply

    def stop(self) -> None:
        """End it; the kernel kills all that it started with it."""
        self._process.kill()
        self._process.wait()
        self.control.close()


def _has_place(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return os.access(folder, os.W_OK)


def _environment(threads: int) -> dict[str, str]:
    """Return the whole environment of supervisor, zygote and submission."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(HARNESS),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "OMP_NUM_THREADS": str(threads),
        # Threads that spin while they wait cost up to five times the CPU seconds on a busy machine.
        "OMP_WAIT_POLICY": "PASSIVE",
        "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{name}={value}" for name, value in MALLOC.items()),
        "OPENBLAS_NUM_THREADS": "1",  # OpenBLAS starts its threads on import, and a fork loses them
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(FONTS),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    }
