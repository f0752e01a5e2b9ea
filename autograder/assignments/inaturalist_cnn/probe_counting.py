"""Observes the numbers that the student's formulas state, and those that the student's own network has.

Runs in the sandbox, beside the student's code.
"""

import numbers

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.assignments.inaturalist_cnn.image_side import USUAL, image_side
from autograder.assignments.inaturalist_cnn.observed_model import Arithmetic, OwnNetworks, StatedCounts
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def stated_counts(submitted, function, sizes):
    """Return what `count_parameters` or `count_computations` says for each (m, k, n)."""
    return StatedCounts(counts=[_number(submitted.get(function)(*size), function, size) for size in sizes])


def _number(count, function, size):
    if isinstance(count, torch.Tensor):
        count = count.item()
    if not isinstance(count, numbers.Real) or isinstance(count, bool):
        raise UnexpectedResult(f"{function}{tuple(size)} returned {called(count)}; a number is expected")
    return float(count)


class _Counter(TorchDispatchMode):
    """Adds up multiply-accumulates of convolutions and linear layers, and their additions of biases."""

    def __init__(self):
        super().__init__()
        self.products, self.biases = 0, 0

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        result = function(*arguments, **(named or {}))
        name = function.overloadpacket.__name__
        if "convolution" in name:
            self._add(result.numel(), arguments[1][0].numel(), arguments[2] is not None)
        elif name in ("addmm", "mm"):
            self._add(result.numel(), arguments[-2].shape[-1], name == "addmm")
        return result

    def _add(self, outputs, products_of_each, biased):
        self.products += outputs * products_of_each
        self.biases += outputs * biased


def own_networks(submitted, sizes):
    """Return the parameters, multiply-accumulates and bias additions of CNN(m, k, dense_neurons=n), for each size."""
    make = submitted.get("CNN")
    image = torch.zeros(1, 3, *2 * [_side(make, most_filters=max(m for m, _, _ in sizes))])
    return OwnNetworks(found=[_arithmetic(make, image, *size) for size in sizes])


def _side(make, most_filters):
    try:
        return image_side(make(num_filters=most_filters))
    except Exception:  # other tests judge it
        return USUAL


def _arithmetic(make, image, m, k, n):
    """Return what one network has; None where `CNN` fails, which other tests judge."""
    counter = _Counter()
    try:
        model = make(num_filters=m, filter_size=k, dense_neurons=n).eval()
        with torch.no_grad(), counter:
            model(image)
    except Exception:
        return None
    return Arithmetic(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        products=counter.products,
        biases=counter.biases,
    )
