"""The parts of a drawn plot have the right positions."""

import base64
import io
from typing import Any

import numpy as np
from hypothesis import given
from PIL import Image

from autograder.checks.plots import tile_of
from autograder.model.plot import Confusion, Curve, Interval, Line, Plot, Tile, Tiles
from autograder.rendering.drawing import drawn, png_address
from tests.rendering.reports import plots


def parts(plot: Plot) -> Any:
    """Return the parts of a plot for the template."""
    return drawn(plot).parts


@given(plots)
def test_every_plot_can_be_drawn(plot: Plot) -> None:
    """Empty plots, huge values and gaps all have words and a form."""
    one = drawn(plot)

    assert one.words
    assert one.kind in ("tiles", "curve", "confusion", "interval", "images", "passage")


def test_address_holds_the_exact_pixels() -> None:
    """The address contains a PNG, and the browser fetches nothing."""
    content = bytes(range(24))
    address = png_address(Tile("yours", "", 2, 4, base64.b64encode(content).decode()))
    head, data = address.split(",")
    image = Image.open(io.BytesIO(base64.b64decode(data)))

    assert head == "data:image/png;base64"
    assert (image.size, image.tobytes()) == ((4, 2), content)


def test_lines_share_their_scales() -> None:
    """A line that ends after one of four steps takes a quarter of the width."""
    curve = Curve("Loss", "steps", (Line("yours", (2.0, 1.5), 1), Line("right", (2.0, 1.5, 1.0), 4)), 1.5)

    assert parts(curve)["paths"] == ["M0.0 0.0 L25.0 50.0", "M0.0 0.0 L50.0 50.0 L100.0 100.0"]
    assert (parts(curve)["limit"], parts(curve)["low"], parts(curve)["high"]) == (50.0, "1", "2")


def test_line_is_interrupted_where_a_value_is_missing() -> None:
    """A loss that is not a number is not drawn at 0."""
    curve = Curve("Loss", "steps", (Line("yours", (1.0, None, 0.0, 0.0), 3),))

    assert parts(curve)["paths"] == ["M0.0 0.0 M66.67 100.0 L100.0 100.0"]


def test_single_value_is_visible() -> None:
    """A training without a step is a dash at the beginning."""
    assert parts(Curve("Loss", "steps", (Line("yours", (1.0,), 0),)))["paths"] == ["M0.0 100.0 h2"]


def test_shades_rise_with_the_share_of_the_row() -> None:
    """An empty cell has no shade, a whole row in one cell the darkest."""
    (row, absent) = parts(Confusion(((0, 1), (0, 0)), ("cat", "dog")))["rows"]
    rising = [shade for _, shade in parts(Confusion(((5, 25, 70, 0),) * 4, ("a", "b", "c", "d")))["rows"][0]]

    assert (row, absent) == ([(0, 0), (1, 5)], [(0, 0), (0, 0)])
    assert rising == [1, 2, 4, 0]


def test_interval_lies_on_its_scale() -> None:
    """The ends are round numbers with room beside the values."""
    one = parts(Interval("Accuracy", 0.8, 0.75, 0.85, 0.94, 0.967))

    assert (round(one["low"], 2), one["high"]) == (0.7, 1.0)
    assert one["value"] == 33.33
    assert one["band"] == (16.67, 33.33)
    assert (one["threshold"], one["reference"]) == (80.0, 89.0)


def test_small_tiles_are_enlarged_and_keep_their_proportion() -> None:
    """Six pixels would be a dot; of the largest tile each pixel takes four of the page's."""
    tiles = (tile_of("yours", np.eye(6)[:, :3]), tile_of("right", np.eye(64)))

    assert parts(Tiles("Two", tiles))["times"] == [16, 4]
