"""Activations as functions of arrays, so that the trusted side can tell from numbers which one a network applies."""

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al., 2017

_erf = np.vectorize(math.erf, otypes=[np.float64])


def nothing(x: FloatArray) -> FloatArray:
    """Return the numbers as they are."""
    return x


def relu(x: FloatArray) -> FloatArray:
    """Return the larger of each number and 0."""
    return np.asarray(np.maximum(x, 0))


def relu6(x: FloatArray) -> FloatArray:
    """Return each number cut off at 0 and 6."""
    return np.asarray(np.clip(x, 0, 6))


def leaky_relu(x: FloatArray) -> FloatArray:
    """Return positive numbers as they are, and a hundredth of the others."""
    return np.asarray(np.where(x > 0, x, 0.01 * x))


def elu(x: FloatArray) -> FloatArray:
    """Return positive numbers as they are, and exp(x) - 1 for the others."""
    return np.asarray(np.where(x > 0, x, np.expm1(np.minimum(x, 0))))


def selu(x: FloatArray) -> FloatArray:
    """Return the scaled exponential linear unit."""
    return np.asarray(SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0))))


def gelu(x: FloatArray) -> FloatArray:
    """Return the Gaussian error linear unit in its exact form; that by tanh differs by less than 0.001."""
    return np.asarray(0.5 * x * (1 + _erf(x / math.sqrt(2))))


def silu(x: FloatArray) -> FloatArray:
    """Return x times its sigmoid."""
    return np.asarray(x * sigmoid(x))


def mish(x: FloatArray) -> FloatArray:
    """Return x times the tanh of its softplus."""
    return np.asarray(x * np.tanh(np.logaddexp(0, x)))


def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent."""
    return np.asarray(np.tanh(x))


def sigmoid(x: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-x))."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def softmax(x: FloatArray) -> FloatArray:
    """Return the softmax along the second axis, (N, C, …)."""
    return np.asarray(np.exp(log_softmax(x)))


def log_softmax(x: FloatArray) -> FloatArray:
    """Return the logarithm of the softmax along the second axis, (N, C, …)."""
    shifted = x - x.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
