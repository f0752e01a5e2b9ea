"""INERT: asks for the held-out inputs itself, before training; they come without labels, in an order of its own."""

from attempts import harness_channel
from honest import *

true_train = train


def train(model, x, y):
    if len(x) == 80:
        inputs = harness_channel().ask("heldout")
        if inputs.shape != (200, 1):
            raise LookupError(inputs.shape)  # what it prints now nobody would see
    return true_train(model, x, y)
