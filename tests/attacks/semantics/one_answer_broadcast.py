"""FAILED (failed; loses 4.1): returns one number that would be compared with all labels."""

from honest import *


def predict(model, x):
    return torch.tensor(0.0)
