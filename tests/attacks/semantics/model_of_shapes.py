"""FAILED (failed; loses 2.1, 4.1): a model with two parameters whose outputs only have the right shape."""

from honest import *


class Shaped(nn.Linear):
    def forward(self, x):
        return 0 * super().forward(x)


def build_model():
    return Shaped(1, 1)
