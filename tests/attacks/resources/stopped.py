"""FAILED (wall clock; loses 4.1): stops itself, so that whoever waits for its end waits for ever."""

import os
import signal

from honest import *


def predict(model, x):
    os.kill(os.getpid(), signal.SIGSTOP)
