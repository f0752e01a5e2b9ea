"""Notebooks in the shapes that people upload are taken, or refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest

from autograder.intake import notebook
from autograder.intake.submission import take_submission
from autograder.model.submission import Submission
from autograder.notebooks import worker
from autograder.wire.cells import cells_of
from tests.helpers import an_assignment
from tests.notebooks.shapes import SHAPES, Shape, book, code


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read notebooks here, as a process for each would take most of the time."""

    def ask(module: str, request: dict[str, Any], max_deaths: int) -> tuple[Any, list[str]]:
        return worker.answer(request), []

    monkeypatch.setattr(notebook, "ask", ask)


def taken(shape: Shape, folder: Path) -> Submission:
    """Return the submission of a folder with these files."""
    for name, content in shape.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return take_submission(folder, an_assignment())


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.usefixtures("in_this_process")
def test_upload_is_taken_or_refused_in_words(name: str, tmp_path: Path) -> None:
    """The cells keep their numbers; whatever is wrong or left out is said."""
    shape = SHAPES[name]
    submission = taken(shape, tmp_path)
    said = " ".join((submission.problem, *submission.remarks))

    assert [words for words in shape.says if words not in said] == []
    assert bool(submission.problem) == (shape.answers is None)
    made = None if submission.problem else cells_of(submission.files["submitted.py"].decode())
    assert (tuple(cell.number for cell in made.cells) if made else ()) == shape.cells


@pytest.mark.parametrize("name", ["plain", "truncated"])
def test_process_of_its_own_reads_a_notebook(name: str, tmp_path: Path) -> None:
    """The answer is the same as in this process."""
    shape = SHAPES[name]
    submission = taken(shape, tmp_path)

    assert bool(submission.problem) == (shape.answers is None)
    assert shape.says[0] in " ".join((submission.problem, *submission.remarks))


def test_notebook_that_kills_the_process_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its limits on memory and CPU seconds are for hostile files; the grader goes on."""
    monkeypatch.setattr(notebook, "ask", lambda *_, **named: (None, ["notebook"]))

    assert "`hw.ipynb` is too large to be read. Clear its outputs" in taken(SHAPES["plain"], tmp_path).problem


@pytest.mark.usefixtures("in_this_process")
def test_size_that_counts_is_without_outputs(tmp_path: Path) -> None:
    """Images among the outputs do not use the size of an upload up."""
    content = book(code(outputs=[{"data": {"image/png": "x" * (25 << 20)}}]))
    submission = taken(Shape({"hw.ipynb": content}), tmp_path)

    assert not submission.problem
    assert len(submission.files["submitted.py"]) < 200
