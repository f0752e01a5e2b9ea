"""Notebooks in the shapes that people really upload, made by code, each with its right outcome."""

import json
from dataclasses import dataclass
from typing import Any

WORK = "def answer():\n    return 42\n"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
PNG = "iVBORw0KGgo" * 20_000


@dataclass(frozen=True)
class Shape:
    """One upload.

    Attributes:
        files: content by name.
        says: words of the problem or of a remark.
        cells: numbers of the cells with code, where it is graded; empty where it is not.
        answers: what `answer` returns, where a cell defines it.
    """

    files: dict[str, bytes]
    says: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()
    answers: object = None


def code(source: Any = WORK, **changes: Any) -> dict[str, Any]:
    """Return a cell with code."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    return {key: value for key, value in {**cell, **changes}.items() if value is not ...}


def text(source: str = "# Title", kind: str = "markdown") -> dict[str, Any]:
    """Return a cell with text."""
    return {"cell_type": kind, "metadata": {}, "source": source}


def book(*cells: Any, **changes: Any) -> bytes:
    """Return the file of a notebook, of version 4; a change to `...` removes a key."""
    whole = {"cells": list(cells), "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5, **changes}
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode()


def old_book(*cells: Any) -> bytes:
    """Return the file of a notebook, of version 3."""
    return book(cells=..., worksheets=[{"cells": list(cells), "metadata": {}}], nbformat=3, nbformat_minor=0)


def old_code(source: Any) -> dict[str, Any]:
    """Return a cell with code of version 3."""
    return code(source=..., input=source, language="python", prompt_number=1, collapsed=False)


def graded(content: bytes, *says: str, cells: tuple[int, ...] = (1,), answers: object = 42) -> Shape:
    """Return an upload of one notebook that is graded."""
    return Shape({"hw.ipynb": content}, ("`hw.ipynb` is graded as `submitted.py`", *says), cells, answers)


def refused(content: bytes, *says: str) -> Shape:
    """Return an upload of one notebook that cannot be graded."""
    return Shape({"hw.ipynb": content}, says)


PLAIN = book(code())
IMAGE = {"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {}}
WIDGETS = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"model_name": "FloatProgress"}}}}
FAILED = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["\u001b[0;31m---"]}
FORM = '#@title Settings { run: "auto" }\nrate = 0.1 #@param {type:"slider", min:0, max:1}\n' + WORK

SHAPES: dict[str, Shape] = {
    "plain": graded(PLAIN),
    "as lines": graded(book(code(["def answer():\n", "    return 42"]))),
    "version 3": graded(old_book(old_code(WORK))),
    "version 3, as lines": graded(old_book(text(), old_code(WORK.splitlines(keepends=True))), cells=(2,)),
    "version 3, with headings": graded(old_book({"cell_type": "heading", "level": 1}, old_code(WORK)), cells=(2,)),
    "version 2": graded(
        book(cells=..., worksheets=[{"cells": [old_code(["def answer():", "    return 42"])]}], nbformat=2)
    ),
    "no kernel chosen": graded(book(code(), metadata={"language_info": {"name": "plaintext"}})),
    "two worksheets": graded(
        book(cells=..., worksheets=[{"cells": [old_code("x = 42")]}, {"cells": [old_code("answer = lambda: x")]}]),
        cells=(1, 2),
    ),
    "no metadata": graded(book(code(metadata=..., outputs=..., execution_count=...), metadata=...)),
    "metadata of another kind": graded(book(code(metadata=None), metadata=["odd"])),
    "no version": graded(book(code(), nbformat=..., nbformat_minor=...)),
    "a later version": graded(book(code(), nbformat=5)),
    "empty cells": graded(book(code(""), code([]), code(), code("\n \n")), cells=(1, 2, 3, 4)),
    "raw cells": graded(book(text("raw text !", kind="raw"), code()), cells=(2,)),
    "cells of unknown kinds": graded(book({"cell_type": "diagram"}, {}, "no cell", 7, None, code()), cells=(6,)),
    "source of no kind": graded(book(code(None), code(7), code([1, "x = 1"]), code()), cells=(1, 2, 3, 4)),
    "byte order mark": graded(b"\xef\xbb\xbf" + PLAIN),
    "byte order mark in a cell": graded(book(code("\ufeff" + WORK))),
    "line ends of Windows": graded(book(code(WORK.replace("\n", "\r\n")))),
    "line ends of the file": graded(PLAIN.replace(b", ", b",\r\n")),
    "huge outputs": graded(book(code(outputs=[IMAGE] * 12))),
    "outputs with NaN": graded(book(code(outputs=[{"data": {"x": [float("nan"), float("inf")]}}]))),
    "an error among the outputs": graded(book(code(outputs=[FAILED]))),
    "widgets": graded(
        book(
            code("import ipywidgets as w\ns = w.IntSlider(value=3)\ndisplay(s)\n" + WORK), metadata={"widgets": WIDGETS}
        )
    ),
    "a form of Colab": graded(book(code(FORM, metadata={"cellView": "form", "id": "x"}))),
    "Drive of Colab": graded(
        book(
            code("from google.colab import drive, files\ndrive.mount('/content/drive')"), code(), metadata={"colab": {}}
        ),
        cells=(1, 2),
    ),
    "ids that are not unique": graded(book(code("x = 1", id="a"), code(id="a")), cells=(1, 2)),
    "attachments": graded(book({**text("![i](attachment:i.png)"), "attachments": {"i.png": {}}}, code()), cells=(2,)),
    "another language in a cell": graded(
        book(code("SELECT 1", metadata={"vscode": {"languageId": "sql"}}), code()), cells=(2,)
    ),
    "magics": graded(
        book(code("%matplotlib inline\n!pip install einops\n%%time\nhelp?\n" + WORK)),
        "cell 1, line 1: `%matplotlib inline`; cell 1, line 2: `!pip install einops`",
    ),
    "timed and captured": graded(book(code("%%time\n%%capture out\n" + WORK), code("out.show()")), cells=(1, 2)),
    "a form above a timer": graded(book(code("#@title Work { run: 1 }\n\n%%time\n" + WORK))),
    "a form above a file": graded(
        book(code("#@title Helper\n%%writefile helper.py\nN = 42"), code("from helper import N\nanswer = lambda: N")),
        cells=(1, 2),
    ),
    "a file that is run": graded(book(code("%%writefile work.py\n" + WORK), code("%run ./work.py")), cells=(1, 2)),
    "settings": graded(
        book(code("%env DEPTH=42\n%set_env NAME x y\nimport os\nanswer = lambda: int(os.environ['DEPTH'])"))
    ),
    "a value of a widget": graded(
        book(
            code(
                "import ipywidgets as w\nn = w.IntSlider(value=42)\nout = w.Output()\n"
                "pick = w.Dropdown(options=[42, 7])\n@w.interact(x=(0, 9))\ndef one(x=1):\n    return x\n"
                "@out.capture()\ndef answer():\n    return int(n.value) * one() if pick.value == 42 else 0"
            )
        )
    ),
    "secrets of Kaggle": graded(
        book(code("from kaggle_secrets import UserSecretsClient\nk = UserSecretsClient().get_secret('w')\n" + WORK))
    ),
    "a timed cell": graded(book(code("%%time\n" + WORK))),
    "a cell of the shell": graded(book(code("%%bash\nrm -rf x"), code()), "cell 1, line 1: `%%bash`", cells=(1, 2)),
    "a cell that writes a module": graded(
        book(code("%%writefile helper.py\nN = 42"), code("from helper import N\nanswer = lambda: N")), cells=(1, 2)
    ),
    "cells that write a module, one after the other": graded(
        book(
            code("%%writefile helper.py\nN = 40"),
            code("%%writefile -a helper.py\nN += 2"),
            code("from helper import N\nanswer = lambda: N"),
        ),
        cells=(1, 2, 3),
    ),
    "a cell that writes the submission": graded(book(code("%%writefile submitted.py\n" + WORK))),
    "a cell that writes outside": graded(book(code("%%writefile ../../x.py\nN = 1"), code()), cells=(1, 2)),
    "await": graded(
        book(
            code("import asyncio\nasync def f(): return 42\nx = await f()\nawait asyncio.sleep(0)\nanswer = lambda: x")
        )
    ),
    "a task that another statement awaits": graded(
        book(
            code("import asyncio\nasync def f(): return 42\ntask = asyncio.get_event_loop().create_task(f())"),
            code("x = await task\nanswer = lambda: x"),
        ),
        cells=(1, 2),
    ),
    "a cell that is no Python": graded(book(code("if True print(1)"), code()), cells=(1, 2)),
    "a cell that fails": graded(book(code("1 / 0"), code()), cells=(1, 2)),
    "half a surrogate": graded(book(code('x = "\ud800"\n' + WORK))),
    "zero bytes": graded(book(code("x = 1\0"), code()), cells=(1, 2)),
    "Python 2": graded(book(code("print 1"), code(), metadata={"kernelspec": {"name": "python2"}}), cells=(1, 2)),
    "an extended kernel": graded(book(code(), metadata={"kernelspec": {"name": "conda-env-ml-py"}})),
    "marks of cells in a cell": graded(book(code("# %% [cell 7]\n" + WORK)), cells=(1, 7)),
    "upper-case ending": Shape({"HW.IPYNB": PLAIN}, ("`HW.IPYNB` is graded",), (1,), 42),
    "Jupyter's checkpoints": Shape(
        {"hw.ipynb": PLAIN, ".ipynb_checkpoints/hw-checkpoint.ipynb": book(code("old = 1"))},
        ("`hw.ipynb` is graded",),
        (1,),
        42,
    ),
    "a browser's ending, text": Shape({"hw.ipynb.txt": PLAIN}, ("`hw.ipynb.txt` is graded",), (1,), 42),
    "a browser's ending, JSON": Shape({"Submitted.IPYNB.json": PLAIN}, ("`Submitted.IPYNB.json` is graded",), (1,), 42),
    "a notebook under the source's name": Shape(
        {"submitted.py": PLAIN}, ("notebook `submitted.py` is graded",), (1,), 42
    ),
    "a notebook and the source": Shape(
        {"submitted.py": b"def answer():\n    return 1\n", "submitted.ipynb": PLAIN},
        ("`submitted.py` is graded, not the notebook `submitted.ipynb` beside it",),
        (),
        1,
    ),
    "a notebook and its module": Shape(
        {"hw.ipynb": book(code("from helper import answer")), "helper.py": WORK.encode()},
        ("`hw.ipynb` is graded",),
        (1,),
        42,
    ),
    "a notebook in a folder": Shape({"src/hw.ipynb": PLAIN, "data.csv": b"1"}, ("`src/hw.ipynb` is graded",), (1,), 42),
    "two notebooks, one of the name": Shape(
        {"exploration.ipynb": book(code("x = 1")), "submitted.ipynb": PLAIN},
        ("`submitted.ipynb` is graded", "Not used for grading: `exploration.ipynb`"),
        (1,),
        42,
    ),
    "two notebooks": Shape(
        {"a.ipynb": PLAIN, "b.ipynb": PLAIN},
        ("2 notebooks, `a.ipynb`, `b.ipynb`", "rename that one to `submitted.ipynb`"),
    ),
    "empty": refused(b"", "`hw.ipynb` is empty"),
    "truncated": refused(PLAIN[:-30], "is cut off in line 1"),
    "truncated in a text": refused(PLAIN[: PLAIN.index(b"return")], "is cut off in line 1"),
    "bad JSON": refused(PLAIN.replace(b'"cells":', b'"cells"'), "is damaged: line 1 is not JSON"),
    "a conflict of git": refused(b'{\n<<<<<<< HEAD\n "cells": []\n', "git's conflict markers"),
    "a web page": refused(b"<!DOCTYPE html>\n<html><body>", "is a web page under that name"),
    "a link": refused(b"https://colab.research.google.com/drive/x", "is a link", "in Colab: File, Download"),
    "a pointer": refused(b"version https://git-lfs.github.com/spec/v1\noid x", "Git LFS pointer", "git lfs pull"),
    "a source under that name": refused(WORK.encode(), "is not a notebook, but another file"),
    "UTF-16": refused(PLAIN.decode().encode("utf-16"), "not saved as UTF-8"),
    "a kernel of R": refused(
        book(code("x <- 1"), metadata={"kernelspec": {"language": "R"}}), "in R, and", "runs Python"
    ),
    "Julia": refused(book(code(), metadata={"language_info": {"name": "julia"}}), "is a notebook in julia"),
    "a zip under that name": refused(b"PK\x03\x04" + bytes(40), "is a zip under that name: upload the notebook itself"),
    "a kernel called xpython": graded(book(code(), metadata={"language_info": {"name": "xpython"}})),
    "a list": refused(b"[1, 2]", "it has no cells"),
    "no cells": refused(book(cells=...), "it has no cells"),
    "cells that are no list": refused(book(cells={"a": 1}), "holds no code"),
    "text alone": refused(book(text(), text()), "holds no code"),
    "nested without end": refused(b'{"cells":' + b"[" * 200_000, "is not a readable notebook"),
    "a number without end": refused(b'{"cells":[], "nbformat": ' + b"9" * 10_000 + b"}", "is not a readable notebook"),
}
