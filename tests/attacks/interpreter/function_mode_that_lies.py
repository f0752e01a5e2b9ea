"""FAILED (failed; loses 1.1, 2.1, 3.1, 3.2, 4.1): every function of torch that makes numbers gives invented ones."""

import numpy as np
from honest import *
from torch.overrides import TorchFunctionMode


class Lies(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if name == "item":
            return 1.0
        if name == "numpy":
            return np.full((200, 1), 0.5, np.float32)
        return function(*args, **(kwargs or {}))


Lies().__enter__()
