"""FAILED (raised or memory or cpu budget or wall clock; loses 2.1, 4.1): raises a group of groups of exceptions."""

from honest import *


def build_model():
    group = ValueError("leaf")
    for _ in range(60):
        group = ExceptionGroup("group", [group, group])
    raise group
