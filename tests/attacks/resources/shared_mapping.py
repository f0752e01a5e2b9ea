"""FAILED (memory; loses 4.1): fills anonymous memory that is shared, which heap limits do not count."""

import mmap

from honest import *


def predict(model, x):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 16 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        for page in range(0, 16 << 20, 4096):
            kept[-1][page] = 1
