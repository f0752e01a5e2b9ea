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
        for place, name, ends in (
            (os, "_exit", _always), (os, "abort", _always), (os, "kill", _kills_itself), (os, "killpg", _kills_itself),
            (signal, "raise_signal", _is_deadly),
        ):  # fmt: skip
            block.enter_context(mock.patch.object(place, name, _watched(getattr(place, name), name, ends)))
        yield


def _watched(call: Callable[..., Any], name: str, ends: Callable[..., bool]) -> Callable[..., Any]:
    process = os.getpid()

    def watched(*arguments: Any) -> Any:
        if os.getpid() == process and ends(*arguments):
            raise EndOfProcess(f"{name}() would end the whole program")
        return call(*arguments)

    return watched


def _always(*_: Any) -> bool:
    return True


def _kills_itself(*arguments: Any) -> bool:
    return len(arguments) == 2 and arguments[0] in (0, os.getpid(), os.getpgrp()) and _is_deadly(arguments[1])


def _is_deadly(*arguments: Any) -> bool:
    return len(arguments) == 1 and arguments[0] not in HARMLESS and signal.getsignal(arguments[0]) == signal.SIG_DFL
