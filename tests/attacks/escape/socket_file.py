"""BLOCKED: connects to a socket whose file everybody may write to, as a container engine's or D-Bus's."""

import socket

from attempts import TARGETS, attempt
from honest import *

attempt("connect", lambda: socket.socket(socket.AF_UNIX).connect(TARGETS["unix_socket"]))
attempt(
    "datagram",
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"labels", TARGETS["unix_datagrams"]),
)
