"""FAILED (raised or memory or cpu budget or wall clock; loses 4.1): fills the kernel's buffers of sockets that nobody reads."""

import socket

from attempts import say
from honest import *


def predict(model, x):
    kept, total = [], 0
    while total < 512 << 20:
        pair = socket.socketpair()
        pair[0].setblocking(False)
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 20)
        kept.append(pair)
        try:
            while True:
                total += pair[0].send(bytes(65536))
        except BlockingIOError:
            pass
    say("BREACH: half a gigabyte lies in sockets")
