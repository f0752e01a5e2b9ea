"""FAILED (raised or crashed; loses 2.1, 4.1): raises an exception that ends the process when it is shown."""

import os

from honest import *


class Leaving(Exception):
    def __str__(self):
        os._exit(0)


def build_model():
    raise Leaving
