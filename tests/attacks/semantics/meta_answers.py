"""FAILED (raised; loses 4.1): returns a tensor that has a shape and no numbers."""

from honest import *


def predict(model, x):
    return torch.empty(len(x), 1, device="meta")
