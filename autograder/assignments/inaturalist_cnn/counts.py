"""Counts the parameters and multiply-accumulates of the five-block network, by formula."""

CLASSES = 10
SIDE = 224
BLOCKS = 5


def sides(k: int, *, padded: bool) -> list[tuple[int, int]]:
    """Return the side of each block's convolution output and of its pooling's, pixels.

    Args:
        k: side of the filters, odd.
        padded: whether convolutions keep the size ("same" padding) or lose k - 1 pixels.
    """
    found, side = [], SIDE
    for _ in range(BLOCKS):
        convolved = side if padded else side - k + 1
        side = convolved // 2
        found.append((convolved, side))
    return found


def parameters(m: int, k: int, n: int, *, padded: bool) -> int:
    """Return all weights and biases of m filters of k × k in each block and n dense neurons."""
    flat = m * sides(k, padded=padded)[-1][1] ** 2
    return (3 * k * k + 1) * m + (BLOCKS - 1) * (m * k * k + 1) * m + (flat + 1) * n + (n + 1) * CLASSES


def products(m: int, k: int, n: int, *, padded: bool) -> int:
    """Return the multiply-accumulates for one image."""
    convolved = [side for side, _ in sides(k, padded=padded)]
    inputs = [3, *[m] * (BLOCKS - 1)]
    flat = m * sides(k, padded=padded)[-1][1] ** 2
    return (
        sum(side**2 * m * channels * k * k for side, channels in zip(convolved, inputs, strict=True))
        + flat * n
        + n * CLASSES
    )


def biases(m: int, k: int, n: int, *, padded: bool) -> int:
    """Return the additions of biases for one image."""
    return sum(side**2 * m for side, _ in sides(k, padded=padded)) + n + CLASSES


def accepted_computations(products: int, biases: int) -> set[int]:
    """Return all numbers that count as right: one or two operations for each product, with biases or without."""
    return {products, 2 * products, products + biases, 2 * products + biases}
