"""FAILED (memory; loses 4.1): spreads its memory over processes, each below the limit of one."""

import os
import time

from honest import *


def predict(model, x):
    for _ in range(16):
        if os.fork() == 0:
            kept = bytearray(b"x" * (64 << 20))
            time.sleep(100)
            os._exit(len(kept) > 0)
    time.sleep(100)
