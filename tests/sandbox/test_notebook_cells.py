"""The cells of a notebook are steps of its import: one that fails costs what it would define, and messages name it."""

from typing import Any

import pytest

from autograder.model.verdict import Verdict
from autograder.notebooks.convert import converted
from autograder.wire.built_in import Ended
from tests.notebooks.shapes import SHAPES, WORK, book, code, text
from tests.sandbox.bench import Bench

ENDED = """
from autograder.worker import ended_cells
def call(submitted):
    value = submitted.get("answer")()
    return [value, [[one.place, one.text, one.error] for one in ended_cells.ended]]
"""
# Those in which more than the reading differs.
RUN = (
    "version 3, as lines", "two worksheets", "no metadata", "source of no kind", "byte order mark in a cell", "widgets",
    "a form of Colab", "Drive of Colab", "magics", "a timed cell", "a cell of the shell", "a cell that writes a module",
    "cells that write a module, one after the other",
    "a cell that writes the submission", "await", "half a surrogate", "zero bytes", "Python 2",
    "marks of cells in a cell", "a notebook and its module", "timed and captured", "a form above a file",
    "a file that is run", "settings", "a value of a widget", "secrets of Kaggle",
    "a task that another statement awaits",
)  # fmt: skip


def upload(content: bytes, **others: bytes) -> dict[str, bytes]:
    """Return the files that the sandbox gets of a notebook."""
    made = converted(content, "hw.ipynb", "submitted.py")
    written = {name: source.encode() for name, source in made.files.items() if ".." not in name}
    return {**others, **written, "submitted.py": made.module.encode()}


def seen_of(bench: Bench, *cells: Any, without: tuple[str, ...] | None = None) -> Any:
    """Return what `answer` returned, and the cells that ended early."""
    seen = bench.run(upload(book(*cells)), probe=ENDED, without=without)

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error and seen.error.traceback}\n{seen.printed}"
    return seen.value


@pytest.mark.parametrize("name", RUN)
def test_shape_that_is_taken_runs(bench: Bench, name: str) -> None:
    """Whatever else is in it, the function that a test asks for is found."""
    shape = SHAPES[name]
    others = {file: content for file, content in shape.files.items() if file.endswith(".py")}
    seen = bench.run(upload(shape.files["hw.ipynb"], **others))

    assert seen.value == shape.answers, seen.reason


def test_failing_cell_ends_and_the_others_run(bench: Bench) -> None:
    """Its earlier definitions are there; the line and the error are noted."""
    cells = [text(), code("before = 40\n\n1 / 0\nafter = 1"), code("def answer():\n    return before + 2")]

    assert seen_of(bench, *cells) == [42, [["cell 2, line 3", "1 / 0", "ZeroDivisionError: division by zero"]]]


def test_import_of_a_missing_module_costs_itself_alone(bench: Bench) -> None:
    """A library for plots stands above torch in many a first cell; the cell's true end is told as ever."""
    first = code("import math\nimport no_such_plots as plots\nimport json\nbegun = 1\nlate = 1 / 0")
    value, ended = seen_of(bench, first, code("def answer():\n    return [json.dumps(begun), math.e > 2]"))

    assert value == ["1", True]
    assert [place for place, _, _ in ended] == ["cell 1, line 2", "cell 1, line 5"]
    assert ended[0][1] == "import no_such_plots as plots"


@pytest.mark.parametrize(
    ("source", "noted"),
    [
        ("if True print(1)", ["cell 1, line 1", "if True print(1)", "SyntaxError: invalid syntax"]),
        ("x = 1\nreturn x", ["cell 1, line 2", "return x", "SyntaxError: 'return' outside function"]),
        ("x = 1\nexit()", ["cell 1, line 2", "exit()", "SystemExit: the code called exit(), quit() or sys.exit()"]),
        ("input('?')", ["cell 1, line 1", "input('?')", "EOFError: EOF when reading a line"]),
        ("import nothing_there", ["cell 1, line 1", "import nothing_there", "ModuleNotFoundError: No module named"]),
        ("raise KeyboardInterrupt", ["cell 1, line 1", "raise KeyboardInterrupt", "KeyboardInterrupt"]),
        (
            "import os\nos.kill(os.getpid(), 9)",
            ["cell 1, line 2", "os.kill(os.getpid(), 9)", "EndOfProcess: kill() wo"],
        ),
        ("import os\nif os.fork():\n    os.wait()\nos._exit(0)", ["cell 1, line 4", "os._exit(0)", "EndOfProcess"]),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E", ["cell 1, line 3", "raise E", "E"]),
    ],
)
def test_cell_may_end_in_every_way(bench: Bench, source: str, noted: list[str]) -> None:
    """None of them is the end of the import."""
    value, ((place, line, error),) = seen_of(bench, code(source), code())

    assert value == 42
    assert [place, line] == noted[:2]
    assert error.startswith(noted[2])


def test_name_that_a_failed_cell_would_define_is_told(bench: Bench) -> None:
    """The test that asks for it says which cell ended, where, and why."""
    seen = bench.run(upload(book(code("import torch\nx = undefined\n" + WORK))))

    assert seen.error
    assert seen.error.kind == "MissingName"
    assert seen.error.message == (
        "hw.ipynb does not define `answer`: cell 1 would define it, but ends early "
        "(cell 1, line 2: NameError: name 'undefined' is not defined)"
    )


@pytest.mark.parametrize(
    "defined", ["def helper(): pass", "helper: int = 1", "a, helper = 1, 2", "from x import helper"]
)
def test_name_that_a_function_misses_is_told(bench: Bench, defined: str) -> None:
    """A function of a later cell runs into the same."""
    seen = bench.run(upload(book(code(f"1 / 0\n{defined}"), code("def answer():\n    return helper"))))

    assert seen.error
    assert seen.error.message.startswith("name 'helper' is not defined: cell 1 would define it, but ends early (cell 1")


def test_name_that_is_nowhere_is_told_as_ever(bench: Bench) -> None:
    """A failed cell that has nothing to do with it is not blamed."""
    seen = bench.run(upload(book(code("1 / 0\nother = answers = 1\nother == answer"), code("x = 1"))))

    assert seen.error
    assert seen.error.message == "hw.ipynb does not define `answer`"


def test_traceback_names_cell_and_line_beside_its_text(bench: Bench) -> None:
    """As Jupyter shows it; nothing of the module that was made of it."""
    seen = bench.run(
        upload(book(text(), code("def helper(x):\n    return 1 / x"), code("def answer():\n    return helper(0)")))
    )

    assert seen.error
    assert "hw.ipynb, cell 3, line 2, in answer\n    return helper(0)" in seen.error.traceback
    assert "hw.ipynb, cell 2, line 2, in helper\n    return 1 / x" in seen.error.traceback
    assert "submitted.py" not in seen.error.traceback


def test_import_says_which_cells_ended(bench: Bench) -> None:
    """The grader names them on top of the result."""
    probe = """
from autograder.worker.child import BUILT_IN
def call(submitted):
    return BUILT_IN["import"](submitted).ended[0]
"""
    seen = bench.run(upload(book(code("1 / 0"), code())), probe=probe, declared=Ended)

    assert seen.value == Ended(place="cell 1, line 1", text="1 / 0", error="ZeroDivisionError: division by zero")


def test_training_is_given_up_by_cell_and_line(bench: Bench) -> None:
    """The code after the given-up training has run, in its cell and in the others."""
    probe = """
from autograder.worker import import_in_steps
def call(submitted):
    return [submitted.get("answer")(), import_in_steps.given_up]
"""
    cells = [
        code("import torch\nwhile True: pass\nhalf = 21"),
        code("print(history)\ndef answer():\n    return 2 * half"),
    ]
    seen = bench.run(upload(book(*cells)), probe=probe, without=())

    assert seen.value == [42, ["hw.ipynb, cell 1, line 2"]]


def test_future_holds_for_later_cells(bench: Bench) -> None:
    """As in Jupyter."""
    cells = [code("from __future__ import annotations"), code("def answer() -> Undefined:\n    return 42")]

    assert seen_of(bench, *cells) == [42, []]


def test_awaiting_goes_on_in_the_next_cell(bench: Bench) -> None:
    """All cells share an event loop: a task of one is awaited in another."""
    cells = [
        code("import asyncio\nasync def work():\n    await asyncio.sleep(0.01)\n    return 42"),
        code("async def begin():\n    return asyncio.ensure_future(work())\ntask = await begin()"),
        code("result = await task\ndef answer():\n    return result"),
    ]

    assert seen_of(bench, *cells) == [42, []]


def test_source_of_a_function_can_be_read(bench: Bench) -> None:
    """Programs print it, and PyTorch compiles it."""
    cells = [code("import inspect"), code("def f():\n    return 1\ndef answer():\n    return inspect.getsource(f)")]

    assert seen_of(bench, *cells) == ["def f():\n    return 1\n", []]


def test_plain_module_is_imported_as_ever(bench: Bench) -> None:
    """An error there is the end of the import."""
    seen = bench.run("# %% [cell 1]\n1 / 0\n# %% [cell 2]\ndef answer():\n    return 1\n")

    assert seen.error
    assert seen.error.importing
    assert 'File "submitted.py", line 2' in seen.error.traceback
