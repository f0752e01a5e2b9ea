"""Judges how points are loaded."""

from typing import Any

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.line_fit.observed import Points
from autograder.checks import SubmissionTestCase
from autograder.checks.histories import shown


class TestPoints(SubmissionTestCase):
    """1. Points"""

    @number("1.1")
    @weight(2)
    @visibility("visible")
    def test_points_are_loaded(self) -> None:
        """load_points returns the columns of the file as two float32 tensors of shape (N, 1)."""
        draw = self.draw("points")
        rows = [[draw.number(-5, 5), draw.number(-5, 5)] for _ in range(draw.whole(3, 9))]
        seen, want = self.observe(Points, rows=rows), np.array(rows, np.float32)
        columns: list[tuple[str, npt.NDArray[Any], npt.NDArray[np.float32]]] = [
            ("x", seen.x, want[:, :1]),
            ("y", seen.y, want[:, 1:]),
        ]
        for name, column, right in columns:
            self.require(
                (column.dtype, column.shape) == (right.dtype, right.shape),
                expected=f"{name} with {right.dtype} numbers and shape {right.shape}",
                seen=f"{column.dtype} numbers and shape {column.shape}",
                hint="Think of dtype=torch.float32, and of x[:, None].",
            )
            self.require(
                np.array_equal(column, right),
                expected=f"{name} = {shown(right.ravel().tolist())}",
                seen=shown(column.ravel().tolist()),
                hint="Each line of the file holds x and then y.",
            )
