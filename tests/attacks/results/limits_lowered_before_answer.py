"""INERT: takes away its own memory, files, stack and processes, so that the harness's part of the child may fail."""

import resource

from honest import *


def predict(model, x):
    with torch.no_grad():
        predicted = model(x)
    for name in ("AS", "FSIZE", "NOFILE", "STACK", "DATA", "NPROC"):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (0, 0))
    return predicted
