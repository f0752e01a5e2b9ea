"""A process that grades: it keeps a sandbox open and grades one upload after the other.

Each worker of the cluster has one, for two reasons: a suite's time-outs are signals, which only a main thread
receives, and standard output belongs to a process. It is started with subprocess, because a Dask worker may not use
multiprocessing. Run as `python -m autograder.classroom.grading_process`.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, Any

import msgspec

from autograder import project
from autograder.classroom.protocol import Graded, Order, Ready, Refused, Task, packed, receive, send, unpacked
from autograder.classroom.rubric import rubric_of
from autograder.classroom.serialization import to_json
from autograder.evidence.environment import environment
from autograder.evidence.observer import observers_of
from autograder.evidence.session import Session, open_session
from autograder.evidence.store import MemoryStore
from autograder.grading.flow import judge
from autograder.grounds.explain import STAFF_PAGES
from autograder.manifest import load_assignment
from autograder.model.failures import HarnessFailure, UnusableInput
from autograder.model.submission import Submission
from autograder.suites.load import PlannedTest, load_suites

LOOK_AT_PARENT_S = 0.5


class GradingProcessGone(HarnessFailure):
    """The process that was grading an upload died: something killed it."""


class CannotGrade(HarnessFailure):
    """A machine of the cluster cannot grade; the text says which, and why."""


class GradingProcess:
    """Starts the process, and sends it uploads."""

    def __init__(self, order: bytes) -> None:
        """Start it, and wait until it is ready.

        Raises:
            CannotGrade: it cannot grade, for a reason that a person must fix.
        """
        self._order = order
        self._patience_s = float(unpacked(order).patience_s)
        self._begin()

    def grade(self, task: bytes) -> bytes:
        """Return a packed `Graded` for a packed `Task`.

        Raises:
            GradingProcessGone: it died on this task; the next task gets a new process.
        """
        hung = threading.Timer(self._patience_s, self._process.kill)
        hung.start()
        try:
            send(self._stdin, task)
            answer = receive(self._stdout)
        except OSError:
            answer = None
        finally:
            hung.cancel()
        if answer is None:
            self.stop()
            self._begin()
            raise GradingProcessGone("the process that graded this upload died")
        return answer

    def stop(self) -> None:
        """End it, and its sandbox with it."""
        self._process.kill()
        self._process.wait()

    def _begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "autograder.classroom.grading_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(project.PROJECT)},
        )
        assert self._process.stdin and self._process.stdout
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        try:
            send(self._stdin, self._order)
            said = receive(self._stdout)
        except OSError:
            said = None
        answer = unpacked(said) if said else Refused("its process ended while it started")
        if isinstance(answer, Refused):
            self.stop()
            raise CannotGrade(answer.reason)


def main() -> None:
    """Grade the tasks on standard input until it ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # printed text must not mix with the messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver answers Ctrl-C
    threading.Thread(target=_end_when_orphaned, args=(os.getppid(),), daemon=True).start()
    first = receive(requests)
    if first is None:
        return
    try:
        _serve(unpacked(first), requests, answers)
    except (HarnessFailure, UnusableInput) as error:
        send(answers, packed(Refused(str(error))))
    except BrokenPipeError:  # the worker died
        os._exit(1)


def _serve(order: Order, requests: IO[bytes], answers: IO[bytes]) -> None:
    stated = load_assignment(order.assignment)
    assignment = msgspec.structs.replace(stated, threads=order.threads, secret=order.secret)
    _refuse_other_environment(order, environment(assignment))
    store = MemoryStore(order.reference)
    with open_session(assignment, order.profile, unsafe=order.unsafe, store=store) as session:
        planned = load_suites(assignment)
        if rubric_of(session, planned).digest != order.rubric:
            raise UnusableInput(
                "its copy of the project or of the data differs from the one that the class is graded with"
            )
        send(answers, packed(Ready()))
        while (content := receive(requests)) is not None:
            send(answers, packed(_graded(session, planned, unpacked(content), store)))


def _refuse_other_environment(order: Order, here: dict[str, str]) -> None:
    different = [name for name, version in order.environment.items() if here.get(name) != version]
    if different:
        name = different[0]
        raise UnusableInput(f"it has {name} {here.get(name)}, but the class is graded with {order.environment[name]}")


def _graded(session: Session, planned: list[PlannedTest], task: Task, reference: MemoryStore) -> Graded:
    submission, store = Submission(task.files), MemoryStore(task.frames)
    reference.added.clear()
    observers = observers_of(session, submission, store)
    report = judge(session, submission, planned, time.monotonic(), observers=observers, explained=STAFF_PAGES)
    return Graded(to_json(report), store.added, dict(reference.added))


def _end_when_orphaned(parent: int) -> Any:
    """End this process soon after the worker that started it ends, for whatever reason; the sandbox ends with us."""
    while os.getppid() == parent:
        time.sleep(LOOK_AT_PARENT_S)
    os._exit(1)


if __name__ == "__main__":
    main()
