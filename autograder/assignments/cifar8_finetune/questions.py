"""Draws the questions for the probes of this assignment."""

from collections.abc import Sequence
from typing import Any

from autograder.checks.draw import Draw

POOL = 12  # questions that the reference solution answers in advance
POOL_OF_TRAININGS = 3
CLASSES = 8
MOST_ROWS = 10_000  # of a file; a probe takes a row's number modulo the rows that there are


def drawn_files(draw: Draw, sources: Sequence[str]) -> list[dict[str, Any]]:
    """Return files for a probe to write: rows of given files in a new order, with new labels.

    Args:
        draw: their source.
        sources: the given file that each takes its rows from.
    """
    return [_file(draw, f"drawn_batch_{place}", source) for place, source in enumerate(sources, start=1)]


def batch_sizes(draw: Draw) -> list[int]:
    """Return sizes of three batches; the first is a single image."""
    return [1, draw.whole(2, 9), draw.whole(10, 20)]


def network_question(draw: Draw) -> dict[str, Any]:
    """Return the question for probes of the student's network: sizes of batches, and a seed of images and weights."""
    return {"counts": batch_sizes(draw), "seed": draw.whole(0, 1 << 30)}


def _file(draw: Draw, name: str, source: str) -> dict[str, Any]:
    length = draw.whole(110, 190)
    return {
        "name": name,
        "source": source,
        "rows": [draw.whole(0, MOST_ROWS) for _ in range(length)],
        "labels": [draw.whole(0, CLASSES - 1) for _ in range(length)],
    }
