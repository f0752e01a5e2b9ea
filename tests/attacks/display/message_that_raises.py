"""FAILED (raised; loses 2.1, 4.1): raises an exception that raises when it is shown."""

from honest import *


class Shy(Exception):
    def __str__(self):
        raise Shy

    __repr__ = __str__


def build_model():
    raise Shy("look at me")
