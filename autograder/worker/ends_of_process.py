"""Turns the calls that would end this process into an exception, while the cells of a notebook run.

A notebook restarts its runtime with `os.kill(os.getpid(), 9)` after it has installed something. Here nothing would
start again, so such a call ends its cell alone.
"""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

HARMLESS = (0, signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH)  # by default they end nothing


class EndOfProcess(SystemExit):
    """A call would have ended the process; the text says which."""


@contextlib.contextmanager
def as_exceptions() -> Iterator[None]:
    """Raise `EndOfProcess` in this block where the process would end; processes forked in it end as ever."""
    with contextlib.ExitStack() as block:
        for place, name, ends in CALLS:
            block.enter_context(mock.patch.object(place, name, _watched(getattr(place, name), name, ends)))
        yield


def _watched(call: Callable[..., Any], name: str, ends: Callable[..., bool]) -> Callable[..., Any]:
    process = os.getpid()

    def watched(*arguments: Any, **named: Any) -> Any:
        if os.getpid() == process and ends(*arguments, **named):
            raise EndOfProcess(f"{name}() would end the whole program")
        return call(*arguments, **named)

    return watched


def _always(*_: Any, **__: Any) -> bool:
    return True


def _kills_itself(pid: Any = None, sent: Any = None, *rest: Any) -> bool:
    return not rest and pid in (0, -1, os.getpid(), os.getpgrp(), -os.getpgrp()) and _is_deadly(sent)


def _kills_a_thread(thread: Any = None, sent: Any = None, *rest: Any) -> bool:
    return not rest and _is_deadly(sent)  # a deadly signal for one thread ends them all


def _is_deadly(sent: Any = None, *rest: Any) -> bool:
    if rest or not isinstance(sent, int) or sent in HARMLESS or sent not in signal.valid_signals():
        return False
    return signal.getsignal(sent) == signal.SIG_DFL


# Where a call lies, its name, and whether it ends the process with its arguments. All functions that become another
# program call one of the two here.
CALLS: tuple[tuple[Any, str, Callable[..., bool]], ...] = (
    (os, "_exit", _always),
    (os, "abort", _always),
    (os, "execv", _always),
    (os, "execve", _always),
    (os, "kill", _kills_itself),
    (os, "killpg", _kills_itself),
    (signal, "raise_signal", _is_deadly),
    (signal, "pthread_kill", _kills_a_thread),
)
