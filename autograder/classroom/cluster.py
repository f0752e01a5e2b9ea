"""Distributes the uploads of a class with Dask, on a cluster of this machine or on an existing one."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

import dask.config
from distributed import Client, Future, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker, wait

from autograder.classroom.grading_process import CannotGrade, GradingProcess, GradingProcessGone
from autograder.model.failures import UnusableInput
from autograder.system.interrupts import uninterrupted

TIMES = 3  # an upload whose grading process died this often is set aside
PLUGIN = "autograder"
GO_ON = "results so far are kept: run the same command again to go on"
WAIT_FOR_WORKERS_S = 60
LOOK_FOR_WORKERS_S = 2.0
WITHOUT_WORKERS_S = 60.0  # a worker that died needs as long to start again on a busy machine
NOBODY_ELSE = "127.0.0.1:0"  # for the small web servers that Dask always opens
MIB_FOR_EACH = 3072  # a zygote, and a submission at its limit
SETTINGS = {
    "distributed.scheduler.allowed-failures": TIMES - 1,
    "distributed.admin.large-graph-warning-threshold": "1GiB",  # uploads travel with their tasks, a few at a time
}
# How long a result is requested from a worker that died, before another worker makes it again. The cluster itself
# starts with Dask's longer time: a busy machine needs it.
ON_THIS_MACHINE = {"distributed.comm.timeouts.connect": "10s"}


@dataclass(frozen=True)
class Ended:
    """An upload that a worker has finished.

    Attributes:
        digest: of the upload.
        answer: a packed `Graded`; None if the upload was set aside.
        reason: why it was set aside.
    """

    digest: str
    answer: bytes | None
    reason: str = ""


class Grading(WorkerPlugin):
    """Gives each worker its grading process, also workers that join later."""

    name = PLUGIN

    def __init__(self, order: bytes) -> None:
        self._order = order

    async def setup(self, worker: Worker) -> None:
        """Start the process beside the worker, without blocking the worker's event loop."""
        self._turn = threading.Lock()  # for a worker with several threads
        self._process: GradingProcess | None = None
        try:
            self._process = await asyncio.to_thread(GradingProcess, self._order)
        except CannotGrade as error:
            raise CannotGrade(f"{socket.gethostname()} cannot grade: {error}") from None

    def teardown(self, worker: Worker) -> None:
        """End the process with its worker."""
        if self._process:  # not if Ctrl-C came while it started
            self._process.stop()

    def grade(self, task: bytes) -> bytes:
        """Grade one upload; see `GradingProcess.grade`."""
        assert self._process
        with self._turn:
            return self._process.grade(task)


def grade_here(task: bytes) -> bytes:
    """Grade one upload in the worker that runs this."""
    plugin: Any = get_worker().plugins[PLUGIN]
    return bytes(plugin.grade(task))


@contextlib.contextmanager
def local_cluster(workers: int | None = None) -> Iterator[Client]:
    """Yield a client of a cluster on this machine; a certificate keeps other users of the machine out.

    Args:
        workers: number of workers; one for each core, as far as the memory allows, unless given.
    """
    _silence_futures()
    with dask.config.set(SETTINGS), contextlib.ExitStack() as stack:
        with uninterrupted():  # half a cluster cannot be closed
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers or workers_of_this_machine(),
                    threads_per_worker=1,
                    dashboard_address=NOBODY_ELSE,
                    worker_dashboard_address=NOBODY_ELSE,
                    scheduler_kwargs={"dashboard": False},
                    memory_limit=0,  # submissions have their own limits
                    security=True,
                    silence_logs=logging.CRITICAL,
                )
            )
        client = stack.enter_context(Client(cluster))
        with dask.config.set(ON_THIS_MACHINE):
            yield client


@contextlib.contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """Yield a client of an existing cluster.

    Raises:
        UnusableInput: no scheduler answers at the address, or it has no usable workers.
    """
    _silence_futures()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set(SETTINGS), contextlib.ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout=WAIT_FOR_WORKERS_S))
            client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS_S)
        except TimeoutError:
            raise UnusableInput(f"{address}: no scheduler with workers answers: see docs/cluster.md") from None
        except (OSError, ValueError) as error:
            raise UnusableInput(f"{address}: no scheduler answers ({error}): see docs/cluster.md") from None
        yield client


def _silence_futures() -> None:
    """Keep lost futures off the terminal: after Ctrl-C, Dask's connections break in many places, with tracebacks."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def workers_of_this_machine() -> int:
    """Return the number of workers for this machine: one for each core, as far as the memory allows."""
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return max(1, min(len(os.sched_getaffinity(0)), memory_mib // MIB_FOR_EACH))


def grade_on(
    client: Client, grading: Grading, digests: Sequence[str], task_of: Callable[[str], bytes]
) -> Iterator[Ended]:
    """Yield each upload once, as soon as it is finished.

    Only a few tasks for each worker are under way at once, so memory does not grow with the class. When a worker dies,
    another one gets its tasks. Nobody knows which task killed it, so tasks that were there each time are tried once
    more, one at a time.

    Args:
        client: of the cluster.
        grading: the plug-in with which each worker grades.
        digests: the uploads, each once.
        task_of: makes the packed `Task` of an upload when its turn comes.

    Raises:
        CannotGrade: a machine of the cluster cannot grade, or none is left that could.
    """
    client.register_plugin(grading)
    suspects = []
    for ended in _under_way(client, digests, task_of, _Width(client)):
        if ended.answer is None:
            suspects.append(ended.digest)
        else:
            yield ended
    for digest in suspects:
        yield from _under_way(client, [digest], task_of, lambda: 1)


class _Width:
    """The number of tasks under way at once: two for each thread of the cluster, so that no thread waits for us."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known, self._looked_at = 0, -LOOK_FOR_WORKERS_S

    def __call__(self) -> int:
        if time.monotonic() - self._looked_at > LOOK_FOR_WORKERS_S:
            self._known = 2 * sum(self._client.nthreads().values())
            self._looked_at = time.monotonic()
        return max(2, self._known)


class _Watch:
    """Waits for tasks, and notices when nobody works on them any more."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._well_at = time.monotonic()

    def ended(self, running: Collection[Any]) -> Collection[Any]:
        """Return the futures that have ended, after a while none.

        Raises:
            CannotGrade: the scheduler is gone, or all workers are.
        """
        try:
            done: Collection[Any] = wait(running, timeout=LOOK_FOR_WORKERS_S, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = ()
        except CancelledError:
            raise CannotGrade(f"the scheduler of the cluster is gone; {GO_ON}") from None
        if done or self._client.nthreads():
            self._well_at = time.monotonic()
        elif time.monotonic() - self._well_at > WITHOUT_WORKERS_S:
            raise CannotGrade(f"no worker of the cluster is left; {GO_ON}")
        return done


def _under_way(
    client: Client, digests: Sequence[str], task_of: Callable[[str], bytes], width: Callable[[], int]
) -> Iterator[Ended]:
    waiting, running, watch = iter(digests), set[Any](), _Watch(client)
    alone = len(digests) == 1
    while True:
        for _, digest in zip(range(width() - len(running)), waiting, strict=False):
            running.add(_submitted(client, digest, task_of, alone))
        if not running:
            return
        for future in watch.ended(running):
            yield _ended(future)
            running.remove(future)
            future.release()


def _submitted(client: Client, digest: str, task_of: Callable[[str], bytes], alone: bool) -> "Future[bytes]":
    key = f"{'alone' if alone else 'grade'}-{digest}"
    return client.submit(grade_here, task_of(digest), key=key, retries=TIMES - 1)


def _ended(future: "Future[bytes]") -> Ended:
    digest = str(future.key).split("-", 1)[1]
    error: Any = future.exception()
    match error:
        case None:
            return Ended(digest, future.result())
        case KilledWorker():
            return Ended(digest, None, f"Its worker died {TIMES} times while it graded this upload.")
        case GradingProcessGone():
            return Ended(digest, None, f"The process that graded this upload died {TIMES} times.")
    raise error
