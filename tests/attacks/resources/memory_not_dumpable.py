"""FAILED (memory; loses 4.1): spreads its memory over processes that forbid to look into them."""

import ctypes
import os
import time

from attempts import say
from honest import *


def predict(model, x):
    for _ in range(8):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
            kept = bytearray(b"x" * (80 << 20))
            time.sleep(100)
            os._exit(len(kept))
    time.sleep(2.5)
    say("BREACH: processes that are not dumpable hold 640 MiB")
    return model(x).detach()
