"""FAILED (crashed; loses 4.1): sends itself the signal by which the supervisor says that a budget is used up."""

import os
import signal

from honest import *


def predict(model, x):
    os.kill(os.getpid(), signal.SIGXCPU)
