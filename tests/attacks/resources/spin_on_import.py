"""FAILED (cpu budget or wall clock): its import never ends, in a place that is not given up."""

from honest import *


class Endless:
    while True:
        pass
