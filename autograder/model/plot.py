"""Plots beside a test's words: frozen values of bounded size, which renderers draw or describe.

They are tagged structs, so that JSON distinguishes the kinds.
"""

import base64
import binascii

from msgspec import Struct

from autograder.model.png import NotPlainPng, size_of

MAX_SIDE = 64  # pixels of a tile
MAX_TILES = 4
MAX_POINTS = 120  # of a line
MAX_LINES = 4
MAX_CLASSES = 20
MAX_IMAGES = 12
MAX_PASSAGE = 6000  # characters


class Tile(Struct, frozen=True):
    """One small image.

    Attributes:
        caption: whose it is, such as `"yours"`.
        detail: facts that cannot be seen, such as its shape and range.
        height: rows, at most `MAX_SIDE`.
        width: columns, at most `MAX_SIDE`.
        pixels: height × width × 3 bytes, red, green and blue of each pixel, as base64.
    """

    caption: str
    detail: str
    height: int
    width: int
    pixels: str

    def __post_init__(self) -> None:
        """Refuse a tile that no renderer could draw, also when a stored report is read."""
        sides = 0 < self.height <= MAX_SIDE and 0 < self.width <= MAX_SIDE
        if not sides or len(self.pixels) != 4 * self.height * self.width:  # base64: four characters for three bytes
            raise ValueError(f"a tile of {self.height} × {self.width} with {len(self.pixels)} characters of pixels")


class Tiles(Struct, frozen=True, tag="tiles"):
    """Images side by side, at most `MAX_TILES`.

    Attributes:
        title: the tiles' subject.
        tiles: in reading order.
        says: the difference between them, unless the test's own words say it.
    """

    title: str
    tiles: tuple[Tile, ...]
    says: str = ""


class Line(Struct, frozen=True):
    """A number over steps.

    Attributes:
        name: whose it is.
        values: at most `MAX_POINTS`, at equal distances; None stands for a number that was not finite.
        steps: number of steps from the first value to the last.
    """

    name: str
    values: tuple[float | None, ...]
    steps: int


class Curve(Struct, frozen=True, tag="curve"):
    """Lines over the same steps, at most `MAX_LINES`.

    Attributes:
        title: the quantity, such as `"Loss of training"`.
        unit: name of a step, in the plural: `"steps"`, `"epochs"`.
        lines: the student's first.
        limit: a value that the student's line must end below; None if there is no such value.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    limit: float | None = None

    @property
    def steps(self) -> int:
        """Number of steps of the longest line."""
        return max((line.steps for line in self.lines), default=0)


class Confusion(Struct, frozen=True, tag="confusion"):
    """A confusion matrix.

    Attributes:
        counts: true classes down, predicted classes across.
        names: of the classes, at most `MAX_CLASSES`.
    """

    counts: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]

    @property
    def recalls(self) -> tuple[float, ...]:
        """Recall of each true class, in [0, 1]; 0 for a class without images."""
        return tuple(row[place] / max(sum(row), 1) for place, row in enumerate(self.counts))


class Interval(Struct, frozen=True, tag="interval"):
    """A measured fraction with its confidence interval and its threshold; all in [0, 1].

    Attributes:
        name: the quantity.
        value: the student's value.
        low: lower end of its 95 % interval.
        high: upper end.
        threshold: the value that earns full points.
        reference: the reference solution's value; None if it was not measured.
    """

    name: str
    value: float
    low: float
    high: float
    threshold: float
    reference: float | None = None


class PngImage(Struct, frozen=True):
    """A figure that a submission drew.

    Attributes:
        caption: where it comes from, such as `"cell 7, line 3"`.
        png: a PNG of the plainest form, as base64.
    """

    caption: str
    png: str

    def __post_init__(self) -> None:
        """Refuse images that no renderer may hand on, also when a stored report is read."""
        self.size  # noqa: B018

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels.

        Raises:
            NotPlainPng: it is no such PNG.
        """
        try:
            return size_of(base64.b64decode(self.png, validate=True))
        except binascii.Error:
            raise NotPlainPng("no base64") from None


class Images(Struct, frozen=True, tag="images"):
    """Figures that a submission drew, at most `MAX_IMAGES`.

    Attributes:
        title: the exhibits' subject.
        images: in the order in which they were drawn.
        says: a note for readers; empty if there is none.
    """

    title: str
    images: tuple[PngImage, ...]
    says: str = ""


class Passage(Struct, frozen=True, tag="passage"):
    """Text that a submission holds.

    Attributes:
        title: where it comes from.
        text: at most `MAX_PASSAGE` characters; it keeps its line breaks.
    """

    title: str
    text: str


Plot = Tiles | Curve | Confusion | Interval | Images | Passage
