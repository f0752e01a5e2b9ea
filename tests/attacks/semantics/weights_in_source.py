"""FAILED (failed; loses 3.1, 3.2, 4.1): holds the trained line of the handout in its source, and trains nothing."""

from honest import *


def train(model, x, y):
    return [1.0, 1.0]


def predict(model, x):
    return 1.7 * x - 0.6
