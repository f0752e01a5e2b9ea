"""FAILED (wall clock; loses 4.1): sleeps with all signals masked."""

import signal
import time

from honest import *


def predict(model, x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(1000)
