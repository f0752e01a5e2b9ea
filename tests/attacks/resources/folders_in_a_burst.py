"""FAILED (raised or disk space or memory or cpu budget; loses 2.1, 4.1): makes ten times as many folders as it may, and removes them at once."""

import os

from attempts import bounded, say
from honest import *


def build_model():
    for number in range(10_000):
        os.mkdir(f"folder-{number}")
    for number in range(10_000):
        os.rmdir(f"folder-{number}")
    if bounded():
        say("BREACH: 10,000 folders were made, and nobody looked")
    raise ValueError
