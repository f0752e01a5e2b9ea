"""FAILED (cpu budget; loses 4.1): gives its process a name that is no text, and computes without end."""

import ctypes

from honest import *

PR_SET_NAME = 15


def predict(model, x):
    ctypes.CDLL(None).prctl(PR_SET_NAME, b"\xff\xfe) R 1\n", 0, 0, 0)
    while True:
        pass
