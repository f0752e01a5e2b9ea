"""FAILED (failed; loses 1.1, 4.1): returns the points of the handout for every file."""

from honest import *

honest_load_points = load_points


def load_points(path):
    return honest_load_points("points.txt")
