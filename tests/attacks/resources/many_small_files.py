"""FAILED (cpu budget or disk space; loses 4.1): makes empty files without end."""

import itertools

from honest import *


def predict(model, x):
    for number in itertools.count():
        open(f"{number}.txt", "w").close()
