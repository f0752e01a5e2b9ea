"""FAILED (tampered; loses 4.1): writes garbage to the descriptor of the results."""

import os

from honest import *


def predict(model, x):
    os.write(3, b'{"score": 100, "returned": 100}\n' * 10)
    return model(x).detach()
