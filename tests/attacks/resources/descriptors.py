"""FAILED (raised; loses 4.1): opens files until there are no descriptors left."""

import os

from honest import *


def predict(model, x):
    while True:
        os.open("/dev/null", os.O_RDONLY)
