"""The structural checks in otter-grader's exception-based form: one question with a test case for each.

otter executes this file in the kernel that ran the submission, in its folder, and it does so twice.
"""

import pickle
import unittest
from functools import cache
from pathlib import Path

from otter.test_files import test_case

from bench.in_process import Recorded, prepare
from bench.overhead import STRUCTURAL

OK_FORMAT = False
name = "structural"


@cache
def checks() -> dict[str, unittest.TestCase]:
    """Return the checks by their numbers, ready to be run against the module `submitted`."""
    return prepare(Recorded(pickle.loads(Path("reference.pickle").read_bytes())), STRUCTURAL)[1]


def as_test_case(number: str) -> test_case:
    """Return the check as otter wants it: a function that raises where the check fails."""
    return test_case(name=number)(lambda: checks()[number].debug())


globals().update({f"test_{index}": as_test_case(number) for index, number in enumerate(STRUCTURAL)})
