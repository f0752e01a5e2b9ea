"""FAILED (cpu budget; loses 4.1): computes in children that nobody waits for, whose CPU seconds the kernel forgets."""

import os
import signal
import time

from attempts import say
from honest import *


def predict(model, x):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in range(4):
        if os.fork() == 0:
            while time.process_time() < 0.4:
                pass
            os._exit(0)
        try:
            os.wait()
        except ChildProcessError:
            pass
    say("BREACH: 1.6 CPU seconds within a budget of 1")
    return model(x).detach()
