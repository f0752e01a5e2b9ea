"""FAILED (raised or memory; loses 4.1): fills files in memory that have no name."""

import os

from honest import *


def predict(model, x):
    kept = []
    while True:
        kept.append(os.memfd_create("bomb"))
        for _ in range(16):
            os.write(kept[-1], bytes(1 << 20))
