"""FAILED (raised or crashed; loses 4.1): writes a file larger than one file may be."""

from honest import *


def predict(model, x):
    with open("huge", "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
    return model(x).detach()
