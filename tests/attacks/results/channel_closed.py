"""FAILED (crashed; loses 4.1): closes the channel before the answer."""

import os

from honest import *


def predict(model, x):
    os.close(3)
    return model(x).detach()
