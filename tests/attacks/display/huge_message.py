"""FAILED (raised or memory; loses 2.1, 4.1): raises an exception with a message of fifty million characters."""

from honest import *


def build_model():
    raise ValueError("100/100 " * (50_000_000 // 8))
