"""FAILED (raised or disk space or memory or cpu budget; loses 2.1, 4.1): has unread messages hold deleted files, which no process has open."""

import os
import socket

from attempts import bounded, say
from honest import *


def build_model():
    sender, receiver = socket.socketpair()
    for number in range(60):
        descriptor = os.open(f"part-{number}", os.O_RDWR | os.O_CREAT)
        os.unlink(f"part-{number}")
        os.write(descriptor, bytes(7 << 20))
        socket.send_fds(sender, [b"."], [descriptor])
        os.close(descriptor)
    if bounded():
        say("BREACH: 420 MiB of disk are filled")
    raise ValueError
