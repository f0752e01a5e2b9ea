"""FAILED (memory; loses 4.1): spreads its memory over processes whose main thread has ended, which /proc shows as empty."""

import ctypes
import os
import threading
import time

from attempts import say
from honest import *

EXIT_THREAD = 93 if os.uname().machine == "aarch64" else 60


def hold():
    time.sleep(0.3)  # until the main thread has ended
    kept = bytearray(b"x" * (100 << 20))
    time.sleep(100)
    return kept


def predict(model, x):
    for _ in range(6):
        if os.fork() == 0:
            threading.Thread(target=hold).start()
            ctypes.CDLL(None).syscall(EXIT_THREAD, 0)
    time.sleep(2.5)  # shorter than the clock, long enough for whoever counts on a busy machine
    say("BREACH: processes without a main thread hold 600 MiB")
    return model(x).detach()
