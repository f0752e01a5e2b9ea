"""FAILED (raised or cpu budget or wall clock or memory; loses 2.1, 4.1): raises an exception with ten thousand causes, one of which is itself."""

from honest import *


def build_model():
    error = first = ValueError("first")
    for number in range(10_000):
        cause = ValueError(f"cause {number}")
        error.__cause__, error = cause, cause
    error.__cause__ = first
    raise first
