"""FAILED (cpu budget or wall clock or memory; loses 3.1, 3.2): returns a list of losses that never ends."""

import itertools

from honest import *


class Endless(list):
    def __getitem__(self, index):
        return self

    def __iter__(self):
        return itertools.repeat(0.5)


true_train = train


def train(model, x, y):
    return Endless(true_train(model, x, y))
