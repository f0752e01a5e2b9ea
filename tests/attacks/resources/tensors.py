"""FAILED (memory; loses 4.1): asks torch for more than there is."""

from honest import *


def predict(model, x):
    return torch.ones(1 << 20, 1 << 20)
