"""Keeps Ctrl-C from code that must not be interrupted."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the block has ended, and spare the processes that it starts; their starter ends those.

    A terminal sends the signal to all processes of a command. They inherit the mask of the thread that starts them; the
    handler is for the signal that another thread receives.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one is interrupted
        yield
        return
    came: list[int] = []
    resource_tracker.ensure_running()  # which would take the signal off the mask when the first process starts
    former = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, former)
    if came:
        raise KeyboardInterrupt
