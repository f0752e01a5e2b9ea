"""FAILED (raised or wall clock or cpu budget or memory; loses 4.1): starts threads until there are no more."""

import threading

from honest import *


def predict(model, x):
    for _ in range(100_000):
        threading.Thread(target=threading.Event().wait).start()
    return model(x).detach()
