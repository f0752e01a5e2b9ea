"""Figures that a submission draws come out of the sandbox as plain PNGs, bounded in number and size."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from autograder.intake.notebook import placed
from autograder.model.png import MAX_BYTES, MAX_SIDE, size_of
from autograder.model.verdict import Verdict
from autograder.wire.built_in import MAX_IMAGES, Shown
from tests.notebooks.shapes import book, code, text
from tests.sandbox.bench import Bench

LIBRARIES = ("matplotlib.figure", "matplotlib.backends.backend_agg")
PROBE = """
from autograder.worker.child import BUILT_IN
def call(submitted):
    return BUILT_IN["shown to people"](submitted)
"""
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"


def png(width: int = 30, height: int = 20, colour: str = "red") -> bytes:
    """Return a PNG as a notebook saves it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG", dpi=(72, 72))
    return file.getvalue()


def shown_of(bench: Bench, files: dict[str, bytes]) -> Shown:
    """Return what people would look at."""
    seen = bench.run(files, probe=PROBE, declared=Shown, libraries=LIBRARIES)

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error}\n{seen.printed}"
    for one in (*seen.value.drawn, *seen.value.saved):
        assert size_of(one.png.tobytes())
    return seen.value


def of_notebook(bench: Bench, *cells: Any) -> Shown:
    """Return what people would look at in a notebook."""
    content = book(*cells)
    made = placed([("hw.ipynb", len(content), content)], "submitted.py")

    assert not made.problem
    return shown_of(bench, {name: file or b"" for name, _, file in made.entries} | dict(made.images))


def places(shown: Shown) -> list[str]:
    """Return where the figures come from."""
    return [one.place for one in shown.drawn]


@pytest.mark.parametrize(
    "drawing",
    [
        f"{PLOT}plt.show()",
        f"{PLOT}plt.savefig('x.png')\nplt.show()\nplt.close()",
        f"{PLOT}plt.gcf().savefig('x.pdf')\nplt.close()",
        "from PIL import Image\n\n\nImage.new('L', (40, 30)).show()",
        "from PIL import Image\nfrom IPython.display import display\n\ndisplay(Image.new('RGBA', (40, 30)), 'text')",
        f"{PLOT}display(plt.gcf())\nplt.close()",
        "from matplotlib import pyplot\nfig, axes = pyplot.subplots(2, figsize=(200, 100))\npyplot.show()",
    ],
    ids=["show", "saved and shown", "saved", "Pillow", "display", "display of a figure", "huge"],
)
def test_drawing_is_kept_with_its_line(bench: Bench, drawing: str) -> None:
    """Once, however a program draws it, and not larger than a page shows."""
    shown = shown_of(bench, {"submitted.py": drawing.encode()})

    assert len(shown.drawn) == 1
    assert shown.drawn[0].place.startswith("submitted.py, line ")
    assert max(size_of(shown.drawn[0].png.tobytes())) <= MAX_SIDE


def test_figures_of_a_notebook_belong_to_their_cells(bench: Bench) -> None:
    """One that is still open at the end of a cell is shown there, as in Jupyter; a cell that fails shows its own."""
    shown = of_notebook(
        bench, text(), code(f"{PLOT}plt.show()\nplt.plot([3, 1])"), code("plt.hist([1, 1, 2])\n1 / 0"), code("x = 1")
    )

    assert places(shown) == ["cell 2, line 3", "cell 2", "cell 3"]
    assert [one.cell for one in shown.drawn] == [2, 2, 3]


def test_figures_are_bounded_in_number_and_size(bench: Bench) -> None:
    """Noise hardly packs; the rest is counted."""
    source = f"""
import numpy as np
from PIL import Image
Image.fromarray(np.random.randint(0, 255, (950, 300, 3), dtype=np.uint8)).show()
for shade in range({MAX_IMAGES + 2}):
    Image.new("L", (4, 4), shade).show()
"""
    shown = shown_of(bench, {"submitted.py": source.encode()})

    assert (len(shown.drawn), shown.more) == (MAX_IMAGES, 3)
    assert 20_000 < len(shown.drawn[0].png) <= MAX_BYTES


def test_saved_outputs_are_decoded_in_the_sandbox(bench: Bench) -> None:
    """Images that are none are passed over, in silence."""
    outputs = [
        {"data": {"image/png": base64.b64encode(png()).decode()}},
        {"data": {"image/png": base64.b64encode(b"\x89PNG\r\n\x1a\nbroken").decode()}},
        {"data": {"image/jpeg": ["no base64 ", "é"]}},
        {"output_type": "pyout", "png": base64.b64encode(png(50, 40)).decode() + "\n"},
        {"data": {"text/html": "<script>"}},
    ]
    shown = of_notebook(bench, code("x = 1"), code("y = 2", outputs=outputs))

    assert [(one.place, size_of(one.png.tobytes())) for one in shown.saved] == [
        ("cell 2", (30, 20)),
        ("cell 2", (50, 40)),
    ]
    assert not shown.drawn


def test_texts_are_kept(bench: Bench) -> None:
    """Those of the notebook, and of files beside the source."""
    shown = of_notebook(bench, text("# Question 1\n\nThe loss *falls*."), code("x = 1"), text("# %% not code"))

    assert [(one.cell, one.text) for one in shown.texts] == [
        (1, "# Question 1\n\nThe loss *falls*."),
        (3, "# %% not code"),
    ]
    beside = shown_of(bench, {"submitted.py": b"", "docs/readme.md": "größe".encode(), "a.csv": b"1"})
    assert [(one.name, one.text) for one in beside.files] == [("docs/readme.md", "größe")]


def test_figures_until_the_budget_ended_count(bench: Bench) -> None:
    """The training after them took too long."""
    source = f"{PLOT}plt.show()\nwhile True: pass"
    seen = bench.run({"submitted.py": source}, probe=PROBE, declared=Shown, libraries=LIBRARIES, cpu_s=3)

    assert seen.verdict is Verdict.CPU_BUDGET
    assert seen.value is not None
    assert len(seen.value.drawn) == 1


def test_other_probes_draw_as_ever(bench: Bench) -> None:
    """Figures stay open where a probe looks at them."""
    seen = bench.run(f"{PLOT}plt.show()\ndef answer():\n    return plt.get_fignums()\n")

    assert seen.value == [1]


def test_import_that_raises_shows_what_it_drew(bench: Bench) -> None:
    """Another probe says why."""
    assert len(shown_of(bench, {"submitted.py": f"{PLOT}plt.show()\n1 / 0".encode()}).drawn) == 1
