"""FAILED (raised or memory; loses 4.1): answers with more numbers than the declaration allows; the child refuses to send them."""

from honest import *


def predict(model, x):
    return torch.zeros(10_000_000, 1)
