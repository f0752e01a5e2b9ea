"""INERT: makes every comparison of torch true."""

from honest import *

torch.allclose = torch.equal = torch.testing.assert_close = lambda *a, **k: True
torch.isnan = torch.isinf = lambda x: torch.zeros_like(x, dtype=torch.bool)
torch.Tensor.__eq__ = lambda self, other: True
torch.Tensor.__ne__ = lambda self, other: False
torch.Tensor.allclose = torch.Tensor.equal = lambda *a, **k: True
