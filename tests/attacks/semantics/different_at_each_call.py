"""FAILED (failed; loses 4.1): draws its predictions anew from the clock, in the hope of a lucky day."""

import time

from honest import *


def predict(model, x):
    torch.manual_seed(time.time_ns())
    return torch.rand_like(x) * 10 - 5
