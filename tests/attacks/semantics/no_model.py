"""FAILED (failed; loses 4.1): returns the inputs themselves."""

from honest import *


def predict(model, x):
    return x.clone()
