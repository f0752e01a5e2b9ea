"""Observes `load_points`. Runs in the sandbox, beside the student's code."""

from pathlib import Path

import torch

from autograder.assignments.line_fit.observed import Points
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def points(submitted, rows):
    """Return what `load_points` makes of a file with these rows, given as pairs of numbers."""
    Path("some_points.txt").write_text("".join(f"{x} {y}\n" for x, y in rows))
    loaded = submitted.get("load_points")("some_points.txt")
    if not isinstance(loaded, (tuple, list)) or len(loaded) != 2:
        raise UnexpectedResult(f"load_points returned {called(loaded)}; a pair (x, y) is expected")
    for tensor in loaded:
        if not isinstance(tensor, torch.Tensor):
            raise UnexpectedResult(f"load_points returned {called(tensor)} in its pair; two tensors are expected")
    x, y = (tensor.detach().numpy() for tensor in loaded)
    return Points(x=x, y=y)
