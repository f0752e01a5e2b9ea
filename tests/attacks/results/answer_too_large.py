"""FAILED (tampered or memory; loses 4.1): answers with more bytes than leave the sandbox."""

from honest import *


def predict(model, x):
    return torch.zeros(10_000_000, 1)
