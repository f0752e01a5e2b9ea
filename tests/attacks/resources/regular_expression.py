"""FAILED (cpu budget or wall clock; loses 4.1): a regular expression that never comes to an end, in code that no signal interrupts."""

import re

from honest import *


def predict(model, x):
    return re.match(r"(a|a|aa)*$", "a" * 60 + "b")
