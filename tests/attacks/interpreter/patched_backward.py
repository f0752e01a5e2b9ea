"""FAILED (raised; loses 3.1, 3.2, 4.1): breaks automatic differentiation, for itself alone."""

from honest import *


def broken(*arguments, **options):
    raise RuntimeError("no gradients today")


torch.Tensor.backward = torch.autograd.backward = broken
