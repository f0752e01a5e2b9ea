import contextlib
import io
import json
import os
import unittest

import numpy as np
from gradescope_utils.autograder_utils.decorators import hide_errors, number, partial_credit, visibility, weight

from submitted import Stack, divide, greet, softmax

HARD = 3


class TestNumbers(unittest.TestCase):
    """Numbers"""

    @weight(HARD)
    @number("1.1")
    @visibility("hidden")
    @hide_errors("Think of the edges.")
    def test_divide(self):
        """divide divides, and refuses zero"""
        with self.assertRaises(ValueError):
            divide(1, 0)
        self.assertAlmostEqual(divide(1, 3), 1 / 3)

    @weight(1)
    @number("1.2")
    def test_greet(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            greet("Ada")
        import colorsys  # only now, as slow suites do

        self.assertEqual(colorsys.rgb_to_hsv(0, 0, 0), (0, 0, 0))
        self.assertEqual(printed.getvalue(), "Hello, Ada!\n")


class TestArrays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(os.path.dirname(__file__), "expected.json")) as file:
            cls.expected = json.load(file)

    @partial_credit(4)
    @number("2.1")
    def test_softmax(self, set_score=None):
        """softmax sums to one, and is right"""
        seen = softmax(np.array(self.expected["x"]))
        score = 2 if np.allclose(seen.sum(-1), 1) else 0
        score += 2 if np.allclose(seen, self.expected["softmax"]) else 0
        set_score(score)

    @weight(1)
    @number("2.2")
    def test_stack(self):
        stack = Stack()
        stack.push(1)
        stack.push(2)
        self.assertEqual(len(stack), 2)
        self.assertEqual(stack.pop(), 2)
        self.assertEqual(stack.items, [1])
