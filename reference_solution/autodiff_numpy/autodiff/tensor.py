"""Arrays that remember how they were made, so that gradients can flow back through them."""

import numpy as np


def unbroadcast(gradient, shape):
    """Return a gradient summed over the axes along which an array of this shape was broadcast."""
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(extra)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=stretched, keepdims=True)


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
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self.parents = parents

    def __add__(self, other):
        """Return self + other, which may be a number or an array."""
        other = as_tensor(other)
        return Tensor(self.data + other.data, [(self, lambda g: g), (other, lambda g: g)])

    def __mul__(self, other):
        """Return self * other, number by number."""
        other = as_tensor(other)
        parents = [(self, lambda g: g * other.data), (other, lambda g: g * self.data)]
        return Tensor(self.data * other.data, parents)

    def __neg__(self):
        """Return -self."""
        return self * -1.0

    def __sub__(self, other):
        """Return self - other."""
        return self + -as_tensor(other)

    def __pow__(self, exponent):
        """Return self to the power of a number that is no tensor."""
        return Tensor(self.data**exponent, [(self, lambda g: g * exponent * self.data ** (exponent - 1))])

    def __truediv__(self, other):
        """Return self / other."""
        return self * as_tensor(other) ** -1

    def __matmul__(self, other):
        """Return the product of two matrices; ValueError if they do not fit together."""
        if self.data.ndim != 2 or other.data.ndim != 2 or self.data.shape[1] != other.data.shape[0]:
            raise ValueError(f"matrices of shapes {self.data.shape} and {other.data.shape} do not fit together")
        parents = [(self, lambda g: g @ other.data.T), (other, lambda g: self.data.T @ g)]
        return Tensor(self.data @ other.data, parents)

    def exp(self):
        """Return e to the power of each number."""
        value = np.exp(self.data)
        return Tensor(value, [(self, lambda g: g * value)])

    def log(self):
        """Return the natural logarithm of each number."""
        return Tensor(np.log(self.data), [(self, lambda g: g / self.data)])

    def tanh(self):
        """Return the hyperbolic tangent of each number."""
        value = np.tanh(self.data)
        return Tensor(value, [(self, lambda g: g * (1 - value**2))])

    def relu(self):
        """Return each number, or 0 where it is negative."""
        return Tensor(np.maximum(self.data, 0), [(self, lambda g: g * (self.data > 0))])

    def sum(self, axis=None):
        """Return the sum of all numbers, or along one axis, which then disappears."""

        def back(g):
            spread = g if axis is None else np.expand_dims(g, axis)
            return np.broadcast_to(spread, self.data.shape)

        return Tensor(self.data.sum(axis=axis), [(self, back)])

    def mean(self):
        """Return the mean of all numbers."""
        return self.sum() / self.data.size

    def backward(self, gradient=None):
        """Add to `grad` of this tensor, and of all from which it was made, what a gradient of this one makes of it.

        Args:
            gradient: of the same shape as this tensor; ones unless given.
        """
        arrived = {id(self): np.ones_like(self.data) if gradient is None else np.asarray(gradient, np.float64)}
        for tensor in reversed(in_order(self)):
            here = arrived.pop(id(tensor))
            tensor.grad = tensor.grad + here
            for parent, back in tensor.parents:
                added = unbroadcast(back(here), parent.data.shape)
                arrived[id(parent)] = arrived.get(id(parent), 0.0) + added


def as_tensor(value):
    """Return a value as a tensor; a tensor stays what it is."""
    return value if isinstance(value, Tensor) else Tensor(value)


def in_order(last):
    """Return all tensors from which one was made, and itself at the end: each after those from which it was made.

    Without recursion, which Python ends after a thousand calls.
    """
    found, seen, waiting = [], set(), [(last, False)]
    while waiting:
        tensor, is_done = waiting.pop()
        if is_done:
            found.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            waiting.append((tensor, True))
            waiting += [(parent, False) for parent, _ in tensor.parents]
    return found
