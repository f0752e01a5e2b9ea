"""The derivative of a polynomial, by automatic differentiation; the package `autodiff` lies beside this file.

Run it with coefficients, lowest power first, and type one number a line:

    $ echo 2 | python submitted.py 1 0 3
    13 12
"""

import sys
from autodiff.tensor import Tensor


def polynomial(x, coefficients):
    """Return c0 + c1 x + c2 x² + … as a tensor.

    Args:
        x: tensor of any shape.
        coefficients: numbers, that of the lowest power first.
    """
    raise NotImplementedError("Write polynomial")


def main():
    """Print value and derivative of the polynomial for each number that is typed, with `%g`."""
    raise NotImplementedError("Write main")


if __name__ == "__main__":
    main()
