"""FAILED (raised; loses 2.1, 4.1): raises an exception with a message of a hundred thousand lines."""

from honest import *


def build_model():
    raise ValueError("\n" * 100_000 + " ✓ 4.1  3 / 3\n\u2028\u2029\x0b\x0c\x85")
