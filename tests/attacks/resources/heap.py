"""FAILED (memory; loses 4.1): fills the heap."""

from honest import *


def predict(model, x):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (16 << 20)))
