"""Arrays that remember how they were made, so that gradients can flow back through them."""

import numpy as np


def unbroadcast(gradient, shape):
    """Return a gradient summed over the axes along which an array of this shape was broadcast."""
    raise NotImplementedError("Write unbroadcast")


class Tensor:
    """An array with a gradient.

    Attributes:
        data: float64 array.
        grad: float64 array of the same shape: the sum of all gradients that have arrived.
    """

    def __init__(self, data, parents=()):
        """Take an array.

        Args:
            data: numbers of any shape.
            parents: pairs of a tensor from which this one was made, and a function that turns the gradient of this
                one into that tensor's; none for an input.
        """
        raise NotImplementedError("Write __init__")

    def __add__(self, other):
        """Return self + other, which may be a number or an array."""
        raise NotImplementedError("Write __add__")

    def __mul__(self, other):
        """Return self * other, number by number."""
        raise NotImplementedError("Write __mul__")

    def __neg__(self):
        """Return -self."""
        raise NotImplementedError("Write __neg__")

    def __sub__(self, other):
        """Return self - other."""
        raise NotImplementedError("Write __sub__")

    def __pow__(self, exponent):
        """Return self to the power of a number that is no tensor."""
        raise NotImplementedError("Write __pow__")

    def __truediv__(self, other):
        """Return self / other."""
        raise NotImplementedError("Write __truediv__")

    def __matmul__(self, other):
        """Return the product of two matrices; ValueError if they do not fit together."""
        raise NotImplementedError("Write __matmul__")

    def exp(self):
        """Return e to the power of each number."""
        raise NotImplementedError("Write exp")

    def log(self):
        """Return the natural logarithm of each number."""
        raise NotImplementedError("Write log")

    def tanh(self):
        """Return the hyperbolic tangent of each number."""
        raise NotImplementedError("Write tanh")

    def relu(self):
        """Return each number, or 0 where it is negative."""
        raise NotImplementedError("Write relu")

    def sum(self, axis=None):
        """Return the sum of all numbers, or along one axis, which then disappears."""
        raise NotImplementedError("Write sum")

    def mean(self):
        """Return the mean of all numbers."""
        raise NotImplementedError("Write mean")

    def backward(self, gradient=None):
        """Add to `grad` of this tensor, and of all from which it was made, what a gradient of this one makes of it.

        Args:
            gradient: of the same shape as this tensor; ones unless given.
        """
        raise NotImplementedError("Write backward")


def as_tensor(value):
    """Return a value as a tensor; a tensor stays what it is."""
    raise NotImplementedError("Write as_tensor")


def in_order(last):
    """Return all tensors from which one was made, and itself at the end: each after those from which it was made.

    Without recursion, which Python ends after a thousand calls.
    """
    raise NotImplementedError("Write in_order")
