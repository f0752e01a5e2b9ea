"""Layers"""

import pytest
import torch
from near import near
from submitted import dropout, linear, numeric_gradient


@pytest.mark.points(2)
@pytest.mark.parametrize("outputs", [1, 3])
def test_linear(batch, outputs):
    weights, bias = torch.randn(outputs, 4), torch.randn(outputs)
    assert near(linear(batch, weights, bias), torch.nn.functional.linear(batch, weights, bias))


@pytest.mark.points(1)
def test_dropout():
    """dropout draws one number for each entry"""
    torch.manual_seed(0)
    seen = dropout(torch.ones(6), 0.5)
    torch.manual_seed(0)
    assert torch.equal(seen, torch.ones(6) * (torch.rand(6) > 0.5) / 0.5)


@pytest.mark.points(2)
def test_gradient():
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    assert near(numeric_gradient(lambda v: (v**2).sum(), x), 2 * x)
