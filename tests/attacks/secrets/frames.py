"""INERT: walks up all frames, in search of labels, expected values or the assignment's secret."""

import sys

from attempts import say
from honest import *

WANTED = ("labels", "expected", "threshold", "weight", "reference", "secret", "evidence")


def predict(model, x):
    frame = sys._getframe(1)
    while frame is not None:
        for name, value in frame.f_locals.items():
            if name in WANTED and frame.f_globals.get("__name__") != "submitted":
                say(f"BREACH: a frame of {frame.f_code.co_filename} holds {name} = {value!r}"[:200])
        frame = frame.f_back
    with torch.no_grad():
        return model(x)
