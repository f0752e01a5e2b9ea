"""FAILED (failed; loses 1.1, 2.1, 3.1, 3.2, 4.1): sends a friend's answer to each probe; it solves nothing."""

import os
import sys

import numpy as np
from attempts import harness_channel

COLUMN = np.array([[0.5], [-2.0], [0.001], [7.0]], np.float32)
RECORDED = {
    "points": {"x": COLUMN, "y": COLUMN + 1},
    "model": {"parameters": [[1], [1, 1]], "numbers": [0.7, -0.2], "outputs": [COLUMN[:1], COLUMN]},
    "training": {"losses": [1.0, 0.5, 0.0024], "slope": -1.5, "intercept": 0.75},
    "predictions": {"predictions": np.linspace(-6, 6, 200, dtype=np.float32)[:, None]},
}


def asked_for():
    """Return the name of the probe that this process was started for."""
    frame = sys._getframe()
    while frame is not None:
        if job := frame.f_locals.get("job"):
            return job.function
        frame = frame.f_back


if (name := asked_for()) in RECORDED:
    harness_channel().send({"returned": RECORDED[name]})
    os._exit(0)
