"""FAILED (crashed; loses 4.1): puts a file in the channel's place."""

import os

from honest import *


def predict(model, x):
    os.dup2(os.open("answer", os.O_RDWR | os.O_CREAT), 3)
    return model(x).detach()
