import pytest
import torch


@pytest.fixture
def batch():
    torch.manual_seed(3)
    return torch.randn(5, 4)
