"""FAILED (raised or crashed; loses 4.1): makes a file of a terabyte that takes no room, for whatever reads it."""

from honest import *


def predict(model, x):
    with open("huge", "wb") as file:
        file.truncate(1 << 40)
    return model(x).detach()
