"""INERT: searches all objects that the garbage collector knows for the suites' own, and for arrays of labels."""

import gc

import numpy as np
from attempts import say
from honest import *

TRUSTED = ("autograder.sandbox", "autograder.suites", "autograder.evidence", "autograder.assignments", "unittest.case")
true_train = train


def train(model, x, y):
    for thing in gc.get_objects():
        kind = getattr(type(thing), "__module__", "")
        if isinstance(kind, str) and kind.startswith(TRUSTED):
            say(f"BREACH: an object of {kind}")
        if isinstance(thing, (np.ndarray, torch.Tensor)) and len(thing.shape) and thing.shape[0] == 200:
            say("BREACH: an array of as many rows as there are held-out points")
    return true_train(model, x, y)
