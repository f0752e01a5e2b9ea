"""FAILED (cpu budget or wall clock or memory; loses 4.1): forks as fast as it can."""

import os

from honest import *


def predict(model, x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
