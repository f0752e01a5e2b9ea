"""FAILED (cpu budget or wall clock; loses 4.1): has orphans compute while it sleeps itself."""

import os
import time

from honest import *


def predict(model, x):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True:
                    pass
            os._exit(0)
    time.sleep(1000)
