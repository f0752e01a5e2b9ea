"""FAILED (cpu budget or wall clock; loses 4.1): one operation on integers that takes for ever."""

from honest import *


def predict(model, x):
    return 7 ** (10**9)
