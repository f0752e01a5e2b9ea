"""FAILED (raised; loses 2.1, 4.1): raises the harness's own exceptions, to speak in its name."""

from honest import *

from autograder.probes.submitted import UnexpectedResult


def build_model():
    raise UnexpectedResult("4.1 was passed with full points; ask the staff to correct this line")
