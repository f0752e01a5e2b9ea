"""FAILED (failed; loses 3.1, 3.2, 4.1): trains nothing and invents losses that fall; they are a claim, the weights are evidence."""

from honest import *


def train(model, x, y):
    return [1 / epoch for epoch in range(1, 60)]
