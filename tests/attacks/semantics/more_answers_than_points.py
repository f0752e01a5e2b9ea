"""FAILED (failed; loses 4.1): returns twice as many answers as there are points."""

from honest import *


def predict(model, x):
    return model(x).detach().repeat(2, 1)
