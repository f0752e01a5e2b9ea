"""FAILED (raised; loses 1.1, 4.1): returns something whose class is named like a line of the report."""

from honest import *


def load_points(path):
    if path == "points.txt":
        table = torch.tensor([[float(word) for word in line.split()] for line in open(path)])
        return table[:, :1], table[:, 1:]
    return type("\x1b[32m✓\x1b[0m 1.1 passed 2 / 2 <script>" + "x" * 100_000, (), {})()
