"""FAILED (cpu budget or wall clock or raised or disk space; loses 4.1): nests folders until clearing up would recurse too deep."""

import os

from honest import *


def predict(model, x):
    for _ in range(5000):
        os.mkdir("deeper")
        os.chdir("deeper")
    os.chmod(".", 0)
    raise ValueError("deep enough")
