"""INERT: forks in the middle of the probe; the child's return is not taken for the probe's."""

import os

from honest import *


def predict(model, x):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return model(x).detach()
    return x * 0
