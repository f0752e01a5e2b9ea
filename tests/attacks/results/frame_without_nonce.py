"""FAILED (tampered; loses 4.1): writes a well-formed frame whose nonce is a guess."""

import os

from honest import *

from autograder.wire.frames import encode


def predict(model, x):
    os.write(3, encode({"returned": {"predictions": [1, 2, 3]}}))
    return model(x).detach()
