"""FAILED (wall clock; loses 4.1): waits for itself."""

import threading

from honest import *


def predict(model, x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
