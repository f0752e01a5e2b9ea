"""Keeps a submission's figures while it is imported, and decodes the images among a notebook's saved outputs.

Every image is drawn or decoded here, in the sandbox, and written anew as a PNG of the plainest form and of bounded
size.
"""

import builtins
import contextlib
import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from autograder.wire.built_in import (
    MAX_FILE,
    MAX_FILES,
    MAX_IMAGES,
    MAX_PNG_BYTES,
    MAX_TEXTS,
    Shown,
    ShownFile,
    ShownImage,
    ShownText,
)
from autograder.wire.cells import SAVED, Cells, cells_of
from autograder.worker import cell_by_cell, drawing_unseen, notebook_stand_ins

SIDE = 900  # pixels, the longer one
COLOURS = 64  # where true colour takes too many bytes
MAX_PIXELS = 25_000_000  # of a saved image, before it is made smaller
LONGEST_TEXT = 4000  # characters of a text cell


class Figures:
    """Figures of one submission, in the order in which they were drawn."""

    def __init__(self, workspace: Path, entry: str) -> None:
        """Look at the outputs saved in a notebook, before any of its code runs.

        Args:
            workspace: absolute path of the submission's folder.
            entry: the file in it that is imported.
        """
        self._workspace = str(workspace)
        self._drawn: dict[str, ShownImage] = {}  # by digest, since many programs save a figure and show it
        self._more = 0
        source = (workspace / entry).read_text(encoding="utf-8", errors="replace")
        self._notebook = cells_of(source) or Cells("", ())
        self._files = list(_texts(workspace))
        self._saved = list(_saved(workspace / SAVED))

    @property
    def shown(self) -> Shown:
        """All that was seen so far."""
        texts = [ShownText(cell=one.number, text=one.source[:LONGEST_TEXT]) for one in self._notebook.texts[:MAX_TEXTS]]
        drawn = list(self._drawn.values())
        return Shown(drawn=drawn, saved=self._saved, texts=texts, files=self._files, more=self._more)

    def watch(self) -> None:
        """From now on keep all drawn figures."""
        drawing_unseen.with_pyplot(self._adapt_pyplot)
        cell_by_cell.after_each.append(self.take_open_figures)
        plain_show = notebook_stand_ins.display

        def display(*shown: Any, **named: Any) -> None:
            for one in shown:
                self._take(one, self._place())
            plain_show(*(one for one in shown if _image_of(one) is None), **named)

        notebook_stand_ins.display = builtins.display = display  # type: ignore[attr-defined]
        Image.Image.show = lambda image, *_, **named: self._take(image, self._place())  # type: ignore[method-assign]

    def take_open_figures(self, place: str = "") -> None:
        """Keep the figures that are open, and close them, as a notebook does at the end of each cell."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            self._take(pyplot.figure(number), place)
        pyplot.close("all")

    def _adapt_pyplot(self, pyplot: ModuleType) -> None:
        pyplot.show = lambda *_, **named: self.take_open_figures(self._place())  # type: ignore[attr-defined]
        plain = pyplot.Figure.savefig

        def savefig(figure: Any, *positional: Any, **named: Any) -> None:
            plain(figure, *positional, **named)
            self._take(figure, self._place())

        pyplot.Figure.savefig = savefig

    def _place(self) -> str:
        """Return the line of the submission that is drawing."""
        frame = sys._getframe(1)
        while frame and not frame.f_code.co_filename.startswith(f"{self._workspace}/"):
            frame = frame.f_back  # type: ignore[assignment]
        return f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}" if frame else ""

    def _take(self, drawn: Any, place: str) -> None:
        image = _image_of(drawn)
        if image is None:
            return
        png = plain_png(image)
        key = hashlib.sha256(png).hexdigest()
        if key in self._drawn:
            return
        if len(self._drawn) >= MAX_IMAGES:
            self._more += 1
            return
        self._drawn[key] = ShownImage(place=place[:200], cell=_cell_in(place), png=np.frombuffer(png, np.uint8))


def plain_png(image: Image.Image) -> bytes:
    """Return an image as a PNG without anything but pixels, of at most `MAX_PNG_BYTES`."""
    flat = Image.new("RGB", image.size, "white")
    with_alpha = image.convert("RGBA")
    flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    flat.thumbnail((SIDE, SIDE))
    png = _encoded(flat)
    if len(png) > MAX_PNG_BYTES:
        png = _encoded(flat.quantize(COLOURS))
    while len(png) > MAX_PNG_BYTES:
        flat = flat.resize((max(flat.width // 2, 1), max(flat.height // 2, 1)))
        png = _encoded(flat.quantize(COLOURS))
    return png


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _image_of(drawn: Any) -> Image.Image | None:
    """Return a figure of matplotlib's, or an image of Pillow's, as an image; None if it is neither."""
    if isinstance(drawn, Image.Image):
        return drawn if 0 not in drawn.size else None
    if type(drawn).__name__ != "Figure" or not hasattr(drawn, "get_size_inches"):
        return None
    backend = sys.modules["matplotlib.backends.backend_agg"]
    former, file = drawn.canvas, io.BytesIO()
    dpi = min(drawn.dpi, SIDE / max(*drawn.get_size_inches(), 0.1))
    try:  # with parts that stick out, such as labels, as a notebook shows it
        backend.FigureCanvasAgg(drawn).print_figure(file, format="png", dpi=dpi, bbox_inches="tight")
    finally:
        drawn.set_canvas(former)
    return Image.open(file)


def _saved(folder: Path) -> Iterator[ShownImage]:
    for path in sorted(folder.glob("*-*"), key=lambda path: [int(part) for part in path.name.split("-")]):
        cell = int(path.name.partition("-")[0])
        with contextlib.suppress(Exception):  # whatever Pillow finds wrong with the bytes
            image = Image.open(path, formats=("PNG", "JPEG"))
            if image.width * image.height > MAX_PIXELS:
                continue
            png = plain_png(image)
            yield ShownImage(place=f"cell {cell}", cell=cell, png=np.frombuffer(png, np.uint8))


def _texts(folder: Path) -> Iterator[ShownFile]:
    """Yield the beginnings of the upload's text files, without the course's, which are links."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".md", ".txt", ".rst")]
    for path in [path for path in paths if path.is_file() and not path.is_symlink()][:MAX_FILES]:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield ShownFile(name=str(path.relative_to(folder))[-200:], text=file.read(MAX_FILE))


def _cell_in(place: str) -> int:
    words = place.partition(",")[0].split()
    return int(words[1]) if len(words) == 2 and words[0] == "cell" and words[1].isdecimal() else 0
