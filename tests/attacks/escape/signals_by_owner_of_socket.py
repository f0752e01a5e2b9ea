"""INERT: makes other processes the owners of its sockets, so that the kernel sends them a deadly signal for it."""

import contextlib
import fcntl
import os
import signal
import socket

from attempts import TARGETS
from honest import *

F_SETSIG = 10

for name in ("grader_pid", "victim_pid", "zygote_pid"):
    with contextlib.suppress(OSError):
        one, other = socket.socketpair()
        fcntl.fcntl(one, F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(one, fcntl.F_SETOWN, TARGETS[name])
        fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
        other.send(b"now")
