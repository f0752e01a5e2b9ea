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
    value = Tensor(x.data * 0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def main():
    """Print value and derivative of the polynomial for each number that is typed, with `%g`."""
    coefficients = [float(text) for text in sys.argv[1:]]
    for line in sys.stdin:
        x = Tensor(float(line))
        value = polynomial(x, coefficients)
        value.backward()
        print(f"{float(value.data):g} {float(x.grad):g}")


if __name__ == "__main__":
    main()
