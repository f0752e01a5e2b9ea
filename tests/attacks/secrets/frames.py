"""INERT: walks up all frames, in search of labels, expected values or the assignment's secret."""

import sys

from honest import *

WANTED = ("labels", "expected", "threshold", "weight", "reference", "secret", "evidence")


def predict(model, x):
    frame = sys._getframe(1)
    while frame is not None:
        for name, value in frame.f_locals.items():
            if name in WANTED and frame.f_globals.get("__name__") != "submitted":
                raise LookupError(name)  # what it prints now nobody would see
        frame = frame.f_back
    with torch.no_grad():
        return model(x)
