"""Observes the network, its loss, its optimizer and its training. Runs in the sandbox, beside the student's code."""

import importlib

import numpy as np

from autograder.assignments.autodiff_numpy.observed import MOST_LOSSES, Logits, Loss, Program, Steps, Trained
from autograder.assignments.autodiff_numpy.values import numbers
from autograder.probes.calls import run_program
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def loss(submitted, logits, labels):
    """Return the cross-entropy and its gradient."""
    network, tensor = _modules(submitted)
    given = tensor.Tensor(logits)
    result = network.cross_entropy(given, labels)
    result.backward()
    return Loss(value=numbers(result.data, "the loss"), gradient=numbers(given.grad, "the gradient of the logits"))


def steps(submitted, start, gradients, lr, momentum):
    """Return a parameter after each of two steps."""
    network, tensor = _modules(submitted)
    parameter = tensor.Tensor(start)
    optimizer = network.SGD([parameter], lr, momentum)
    seen = []
    for gradient in gradients:
        optimizer.zero_grad()
        parameter.grad = gradient.copy()
        optimizer.step()
        seen.append(numbers(parameter.data, "`data` after a step").copy())
    optimizer.zero_grad()
    return Steps(data=seen, cleared=numbers(parameter.grad, "`grad` after zero_grad"))


def logits(submitted, parameters, x):
    """Return a network's own shapes and spread, and its logits for parameters of ours."""
    network, tensor = _modules(submitted)
    (inputs, hidden), (_, classes) = parameters[0].shape, parameters[2].shape
    made = network.Network(inputs, hidden, classes)
    own = [numbers(one.data, "`data` of a parameter") for one in made.parameters]
    for mine, theirs in zip(parameters, made.parameters, strict=False):
        theirs.data = mine.copy()
    result = made(tensor.Tensor(x))
    return Logits(
        shapes=[list(one.shape) for one in own],
        deviation=float(own[0].std() * inputs**0.5) if own else 0.0,
        logits=numbers(result.data, "`data` of the logits"),
    )


def trained(submitted, x, labels, unseen, hidden):
    """Train a network on points; return its losses, and the classes that it predicts for others."""
    network, _ = _modules(submitted)
    made = network.Network(x.shape[1], hidden, int(labels.max()) + 1)
    losses = network.train(made, x, labels)
    if not isinstance(losses, (list, tuple)):
        raise UnexpectedResult(f"train returned {called(losses)}; a list of numbers is expected")
    predicted = network.predict(made, unseen)
    predicted = numbers(np.asarray(predicted) if isinstance(predicted, list) else predicted, "the result of predict")
    if predicted.dtype.kind not in "iu" or predicted.ndim != 1:
        raise UnexpectedResult(
            f"predict returned {predicted.dtype} of shape {predicted.shape}; N integers are expected"
        )
    return Trained(losses=[_number(one) for one in losses[:MOST_LOSSES]], predicted=predicted.astype(np.int64))


def _number(loss):
    """Return a loss as a float; `data` of a loss is an array without axes."""
    one = numbers(loss, "an entry of the list that train returned")
    if one.size != 1:
        raise UnexpectedResult(f"train returned a list with an array of shape {one.shape} in it; numbers are expected")
    return float(one.item())


def program(submitted, arguments, typed):
    """Run the program."""
    ran = run_program("submitted.py", typed, arguments)
    return Program(printed=ran.printed, error=ran.error)


def _modules(submitted):
    """Return the modules of the network and of tensors."""
    _ = submitted.module
    return importlib.import_module("autodiff.network"), importlib.import_module("autodiff.tensor")
