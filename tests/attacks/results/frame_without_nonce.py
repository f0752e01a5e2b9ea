"""FAILED (tampered; loses 4.1): writes a well-formed frame whose nonce is a guess."""

import os

from autograder.wire import encode
from honest import *


def predict(model, x):
    os.write(3, encode({"returned": {"predictions": [1, 2, 3]}}))
    return model(x).detach()
