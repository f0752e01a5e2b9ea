"""FAILED (raised; loses 3.1, 3.2, 4.1): raises what a keyboard's Ctrl-C raises, which plain handlers let through."""

from honest import *


def train(model, x, y):
    raise KeyboardInterrupt
