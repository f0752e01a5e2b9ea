"""Observes the two loaders, over our own data sets.

Runs in the sandbox, beside the student's code.
"""

import torch
from torch.utils.data import Dataset

from autograder.assignments.cifar10_cnn.observed import Loader, Loaders
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

PASSES = 2


class _Numbered(Dataset):
    """Blank images whose labels count up from `first`."""

    def __init__(self, first, length):
        self.targets = list(range(first, first + length))

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, index):
        return torch.zeros(3, 32, 32), self.targets[index]


def loaders(submitted, train, test, batch_size):
    """Return for both loaders the sizes of the batches, and the labels in the order of two passes.

    Args:
        submitted: the student's module.
        train: first label and length of the data set for training.
        test: labels of the other one.
        batch_size: the one asked for; None for the default.
    """
    torch.manual_seed(1)
    asked = {} if batch_size is None else {"batch_size": batch_size}
    made = submitted.get("build_loaders")(_Numbered(*train), _Numbered(*test), **asked)
    if not isinstance(made, (tuple, list)) or len(made) != 2:
        raise UnexpectedResult(f"build_loaders returned {called(made)}; a pair (train, test) is expected")
    return Loaders(loaders=tuple(_passes(loader) for loader in made))


def _passes(loader):
    passes = [[labels.flatten().tolist() for _, labels in loader] for _ in range(PASSES)]
    return Loader(
        sizes=[len(labels) for labels in passes[0]],
        orders=tuple([label for labels in one for label in labels] for one in passes),
    )
