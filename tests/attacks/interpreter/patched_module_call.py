"""FAILED (failed; loses 4.1): replaces nn.Module.__call__ by something that is not learned."""

from honest import *

true_call = nn.Module.__call__


def predict(model, x):
    nn.Module.__call__ = lambda self, x: torch.ones_like(x)
    return model(x)
