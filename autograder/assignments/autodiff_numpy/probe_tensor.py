"""Observes `Tensor`. Runs in the sandbox, beside the student's code."""

import importlib

from autograder.assignments.autodiff_numpy.observed import Chain, Operation, Refusal
from autograder.assignments.autodiff_numpy.values import numbers
from autograder.probes.calls import raised_by

OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "@": lambda a, b: a @ b,
    "** 3": lambda a: a**3,
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "tanh": lambda a: a.tanh(),
    "relu": lambda a: a.relu(),
    "sum": lambda a: a.sum(),
    "sum along axis 0": lambda a: a.sum(axis=0),
    "sum along axis 1": lambda a: a.sum(axis=1),
    "mean": lambda a: a.mean(),
    "a * b + a": lambda a, b: a * b + a,
    "a * b, and of a + b": lambda a, b: (a * b, a + b),
}


def operation(submitted, name, inputs, gradient):
    """Return an operation's value, and the gradients of its inputs for a gradient of its result, or of each of two."""
    tensors = [_tensor(submitted)(one.copy()) for one in inputs]
    made = OPERATIONS[name](*tensors)
    results = made if isinstance(made, tuple) else (made,)
    value = numbers(results[0].data, f"`data` of {name}")
    for result in results:
        result.backward(gradient)
    return Operation(value=value, gradients=[numbers(one.grad, f"`grad` of {name}") for one in tensors])


def refusal(submitted, left, right):
    """Return what the product of two matrices raises."""
    tensor = _tensor(submitted)
    return Refusal(classes=raised_by(OPERATIONS["@"], tensor(left), tensor(right)))


def chain(submitted, start, length):
    """Return the gradient at the beginning of a chain of additions."""
    first = _tensor(submitted)(start)
    last = first
    for _ in range(length):
        last = last + 1.0
    last.backward()
    return Chain(gradient=float(numbers(first.grad, "`grad`")))


def _tensor(submitted):
    """Return the class; the import is the submission's own, in whose folder the package lies."""
    _ = submitted.module
    return importlib.import_module("autodiff.tensor").Tensor
