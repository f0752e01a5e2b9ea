"""FAILED (raised; loses 2.1, 4.1): raises an exception whose letters carry a thousand accents each."""

from honest import *


def build_model():
    raise ValueError("Z" + "\u0300\u0301\u0302\u0489" * 250)
