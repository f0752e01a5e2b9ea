"""FAILED (cpu budget or wall clock or memory; loses 4.1): forks daemons in sessions of their own, each of which forks again."""

import os
import signal

from honest import *


def predict(model, x):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            if os.fork():
                os.setsid()
        except OSError:
            pass
