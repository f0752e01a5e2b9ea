"""FAILED (failed; loses 3.1, 3.2, 4.1): replaces the optimizers by ones that only claim to step."""

from honest import *

torch.optim.SGD.step = torch.optim.Adam.step = torch.optim.Optimizer.step = lambda self, closure=None: None
