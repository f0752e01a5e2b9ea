"""INERT: looks for processes and sockets that an earlier probe of its own has left."""

import os
import socket
import time

from attempts import say
from honest import *

NAME = f"\0kept-by-submission-{os.getuid()}"

try:
    socket.socket(socket.AF_UNIX).connect(NAME)
    say("BREACH: a process of an earlier probe still answers")
except OSError:
    pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.bind(NAME)
            server.listen()
            time.sleep(1000)
        finally:
            os._exit(0)
    os._exit(0)
os.wait()
