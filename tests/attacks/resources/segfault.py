"""FAILED (crashed; loses 4.1): reads from where there is no memory."""

import ctypes

from honest import *


def predict(model, x):
    return ctypes.string_at(8)
