"""FAILED (raised; loses 4.1): prints the held-out inputs."""

from attempts import say
from honest import *


def predict(model, x):
    say(f"BREACH: {x.flatten().tolist()[:9]}")
    raise ValueError
