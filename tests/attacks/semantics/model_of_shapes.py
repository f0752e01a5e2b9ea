"""FAILED (failed; loses 2.1, 4.1): a model with two parameters whose outputs have the right shape, and nothing else."""

from honest import *


class Shaped(nn.Linear):
    def forward(self, x):
        return 0 * super().forward(x)


def build_model():
    return Shaped(1, 1)
