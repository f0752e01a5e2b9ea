"""FAILED (crashed; loses 4.1): kills itself as the harness would."""

import os
import signal

from honest import *


def predict(model, x):
    os.kill(os.getpid(), signal.SIGKILL)
