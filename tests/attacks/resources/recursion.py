"""FAILED (crashed or raised or memory or cpu budget or wall clock; loses 4.1): recurses until the stack of the process is used up."""

import sys

from honest import *


def predict(model, x):
    sys.setrecursionlimit(2**31 - 1)
    return max(predict(model, x), key=lambda y: y)
