"""Computes positions and shades of plots; the page's template writes the elements."""

import base64
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.model.plot import Confusion, Curve, Images, Interval, Passage, Plot, Tile, Tiles
from autograder.rendering.plot_text import in_words, number
from autograder.rendering.text import plain

SHADES = 5  # of a confusion matrix's cells, besides none
SMALL = 96  # minimum size of a tile on the page, in the page's pixels
GRID = 0.05  # an interval's scale begins and ends at a multiple of it


@dataclass(frozen=True)
class Drawn:
    """A plot with everything that the template needs to draw it.

    Attributes:
        kind: name of the template's form for it.
        plot: the value.
        words: the same as text.
        parts: positions and shades, by name.
    """

    kind: str
    plot: Plot
    words: str
    parts: dict[str, object]


def drawn(plot: Plot) -> Drawn:
    """Return a plot with everything that the template does not compute itself."""
    words = plain(in_words(plot))
    match plot:
        case Tiles():
            return Drawn(
                "tiles",
                plot,
                words,
                {
                    "sources": [png_address(tile) for tile in plot.tiles],
                    "times": [*map(_enlargement, plot.tiles)],
                },
            )
        case Curve():
            return Drawn("curve", plot, words, _curve(plot))
        case Confusion():
            return Drawn("confusion", plot, words, {"rows": [_shaded(row) for row in plot.counts]})
        case Interval():
            return Drawn("interval", plot, words, _interval(plot))
        case Images():
            return Drawn("images", plot, words, {"sizes": [one.size for one in plot.images]})
        case Passage():
            return Drawn("passage", plot, words, {})


def png_address(tile: Tile) -> str:
    """Return a tile as a `data:` address that contains a PNG."""
    from PIL import Image  # only a page with tiles needs it

    file = io.BytesIO()
    Image.frombytes("RGB", (tile.width, tile.height), base64.b64decode(tile.pixels)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _enlargement(tile: Tile) -> int:
    """Return the side of one of a tile's pixels, in the page's pixels."""
    return max(4, SMALL // max(tile.height, tile.width))


def _curve(plot: Curve) -> dict[str, object]:
    """Return the lines' paths in a square of 100 × 100, y downwards, and the labels at its edges."""
    limits = [] if plot.limit is None else [plot.limit]
    known = [one for line in plot.lines for one in line.values if one is not None] + limits or [0.0]
    low, high = min(known), max(known)
    height = (high - low) or 1.0

    def down(value: float) -> float:
        return round(100 - (value - low) / height * 100, 2)

    return {
        "paths": [_path(line.values, 100 * line.steps / max(plot.steps, 1), down) for line in plot.lines],
        "limit": None if plot.limit is None else down(plot.limit),
        "low": number(low),
        "high": number(high),
    }


def _path(values: Sequence[float | None], width: float, down: Callable[[float], float]) -> str:
    """Return a path with a gap at each missing value; an isolated value becomes a dash."""
    last = max(len(values) - 1, 1)
    places = [(round(place / last * width, 2), value) for place, value in enumerate(values)]
    steps = [
        f"{'L' if place and values[place - 1] is not None else 'M'}{x} {down(value)}"
        for place, (x, value) in enumerate(places)
        if value is not None
    ]
    return " ".join(steps) + (" h2" if len(steps) == 1 else "")


def _shaded(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return each count with its shade, by its share of the row."""
    total = max(sum(row), 1)
    return [(count, math.ceil(SHADES * count / total)) for count in row]


def _interval(plot: Interval) -> dict[str, object]:
    """Return positions on a scale, in per cent of its width, and the scale's ends."""
    values = [plot.value, plot.low, plot.high, plot.threshold]
    values += [] if plot.reference is None else [plot.reference]
    low = max(0.0, math.floor(min(values) / GRID) * GRID - GRID)
    high = min(1.0, math.ceil(max(values) / GRID) * GRID + GRID)

    def along(value: float) -> float:
        return round((value - low) / (high - low) * 100, 2)

    return {
        "low": low,
        "high": high,
        "value": along(plot.value),
        "band": (along(plot.low), round(along(plot.high) - along(plot.low), 2)),
        "threshold": along(plot.threshold),
        "reference": None if plot.reference is None else along(plot.reference),
    }
