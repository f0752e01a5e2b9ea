"""Takes what a student's tensors hold, or says in words what is wrong with it. For probes."""

import numpy as np

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def numbers(value: object, what: str) -> np.ndarray:
    """Return a student's value as an array of numbers.

    Args:
        value: an array or a number of NumPy's or Python's.
        what: a noun for it, for the student.

    Raises:
        UnexpectedResult: it is something else.
    """
    if isinstance(value, (int, float, np.generic, np.ndarray)):
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array
    raise UnexpectedResult(f"{what} is {called(value)}; a NumPy array of numbers is expected")
