"""FAILED (cpu budget or wall clock; loses 4.1): computes for ever, deaf to the signal that warns of it."""

import signal

from honest import *


def predict(model, x):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
