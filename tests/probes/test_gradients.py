"""The numeric gradient is that of calculus."""

import numpy as np
import torch

from autograder.probes.gradients import numeric_gradient


def test_gradient_of_a_sum_and_of_an_array() -> None:
    """Numbers of the result count as the gradient from above says; tensors are taken."""
    x, above = np.array([[0.5, -1.0], [2.0, 3.0]]), np.array([[1.0, 2.0], [0.0, -1.0]])

    assert np.allclose(numeric_gradient(lambda v: (v**3).sum(), x), 3 * x**2, atol=1e-8)
    assert np.allclose(numeric_gradient(np.sin, x, along=above), np.cos(x) * above, atol=1e-8)
    assert np.allclose(numeric_gradient(lambda v: torch.from_numpy(v).exp(), x), np.exp(x), rtol=1e-6)
    assert abs(numeric_gradient(lambda v: v * 2, 1.5).item() - 2) < 1e-8


def test_point_is_not_changed() -> None:
    """Even a function that writes into its argument sees a fresh copy each time."""
    x = np.ones(2)

    def square(v: np.ndarray) -> float:
        v *= v
        return float(v.sum())

    assert np.allclose(numeric_gradient(square, x), 2)
    assert x.tolist() == [1, 1]
