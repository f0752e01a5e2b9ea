"""Judges how points are loaded."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.line_fit.observed import Points
from autograder.checks import SubmissionTestCase

ROWS = [[0.5, 1.25], [-2.0, 3.5], [1e-3, -4.0], [7.0, 0.0]]


class TestPoints(SubmissionTestCase):
    """1. Points"""

    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_points_are_loaded(self) -> None:
        """load_points returns the columns of the file as two float32 tensors of shape (N, 1)."""
        seen, want = self.observe(Points, rows=ROWS), self.reference(Points, rows=ROWS)
        for name, column, right in (("x", seen.x, want.x), ("y", seen.y, want.y)):
            self.require(
                (column.dtype, column.shape) == (right.dtype, right.shape),
                expected=f"{name} with {right.dtype} numbers and shape {right.shape}",
                seen=f"{column.dtype} numbers and shape {column.shape}",
                hint="Think of dtype=torch.float32, and of x[:, None].",
            )
            self.require(
                np.array_equal(column, right),
                expected=f"{name} = {right.ravel().tolist()}",
                seen=f"{column.ravel().tolist()}",
                hint="Each line of the file holds x and then y.",
            )
