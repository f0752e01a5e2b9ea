"""FAILED (tampered; loses 4.1): finds the nonce in memory and slips in an answer before the true one."""

import gc
import os

from honest import *

from autograder.wire import encode


def predict(model, x):
    channel = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel")
    os.write(3, encode({"returned": {"predictions": x.numpy()}}, channel._nonce))
    return model(x).detach()
