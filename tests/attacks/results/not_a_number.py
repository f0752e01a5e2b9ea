"""FAILED (failed; loses 4.1): predicts NaN, which compares with nothing."""

from honest import *


def predict(model, x):
    return x * float("nan")
