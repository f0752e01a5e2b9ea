"""Observes the numbers that the student's formulas state, and the student's network's own numbers.

Runs in the sandbox, beside the student's code.
"""

import math
import numbers

import torch

from autograder.assignments.inaturalist_cnn.image_side import USUAL, image_side
from autograder.assignments.inaturalist_cnn.observed_model import Arithmetic, OwnNetworks, StatedCounts
from autograder.probes.operation_trace import OperationTrace
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
    trace = OperationTrace()
    try:
        model = make(num_filters=m, filter_size=k, dense_neurons=n).eval()
        with torch.no_grad(), trace:
            model(image)
    except Exception:
        return None
    return Arithmetic(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        products=sum(math.prod(one.output) * _products_of_each(one) for one in trace.operations),
        biases=sum(math.prod(one.output) for one in trace.operations if _adds_bias(one)),
    )


def _products_of_each(operation):
    """Return the multiply-accumulates for one number of the output; 0 where it is no layer."""
    if operation.is_convolution:
        return math.prod(operation.arguments[1][1:])
    return operation.arguments[-2][-1] if operation.is_linear else 0


def _adds_bias(operation):
    if operation.is_convolution or operation.name == "linear":
        return operation.arguments[2:3] not in ((), (None,))
    return operation.name == "addmm"
