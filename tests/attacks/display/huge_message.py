"""FAILED (raised or memory; loses 4.1): raises an exception with a message of fifty million characters."""

from honest import *


def predict(model, x):
    raise ValueError("100/100 " * (50_000_000 // 8))
