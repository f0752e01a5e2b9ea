"""FAILED (failed; loses 4.1): predicts the mean of the training labels for whatever it is asked."""

from honest import *


def predict(model, x):
    return torch.full_like(x, -0.6)
