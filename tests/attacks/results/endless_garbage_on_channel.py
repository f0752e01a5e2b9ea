"""FAILED (tampered; loses 4.1): floods the channel."""

import os

from honest import *


def predict(model, x):
    while True:
        os.write(3, b"x" * 65536)
