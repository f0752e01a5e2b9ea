"""INERT: asks for the held-out inputs itself, before training; they come without labels, in an order of its own."""

import gc

from attempts import say
from honest import *

true_train = train


def train(model, x, y):
    if len(x) == 80:
        inputs = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel").ask("heldout")
        if inputs.shape != (200, 1):
            say(f"BREACH: more than inputs came: {inputs.shape}")
    return true_train(model, x, y)
