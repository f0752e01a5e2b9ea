"""Judges how points are loaded."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.checks import SubmissionTestCase

ROWS = [[0.5, 1.25], [-2.0, 3.5], [1e-3, -4.0], [7.0, 0.0]]


class TestPoints(SubmissionTestCase):
    """1. Points"""

    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_points_are_loaded(self) -> None:
        """load_points returns the columns of the file as two float32 tensors of shape (N, 1)."""
        seen, want = self.observe("points", rows=ROWS), self.reference("points", rows=ROWS)
        for name in ("x", "y"):
            self.require(
                (seen[name].dtype, seen[name].shape) == (want[name].dtype, want[name].shape),
                expected=f"{name} with {want[name].dtype} numbers and shape {want[name].shape}",
                seen=f"{seen[name].dtype} numbers and shape {seen[name].shape}",
                hint="Think of dtype=torch.float32, and of x[:, None].",
            )
            self.require(
                np.array_equal(seen[name], want[name]),
                expected=f"{name} = {want[name].ravel().tolist()}",
                seen=f"{seen[name].ravel().tolist()}",
                hint="Each line of the file holds x and then y.",
            )
