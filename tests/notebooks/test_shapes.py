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


@pytest.mark.usefixtures("in_this_process")
def test_no_file_of_a_notebook_is_the_folder_of_another(tmp_path: Path) -> None:
    """A workspace could not be laid out; the first of two files that exclude each other is kept, in one spelling."""
    names = (
        "a.py",
        "a.py/b.py",
        "c/d.py",
        "c",
        "c//d.py",
        "submitted.py/e.py",
        "submitted.py//",
        "up/f.py",
        "up",
        "g.py",
    )
    cells = [code(f"%%writefile {name}\nN = {place}") for place, name in enumerate(names)]
    files = {"hw.ipynb": book(code(), *cells), "up/u.py": b"N = 1\n"}

    submission = taken(Shape(files, ("",), answers=42), tmp_path)

    assert sorted(submission.files) == ["a.py", "c/d.py", "g.py", "submitted.py", "up/f.py", "up/u.py"]
    assert submission.files["c/d.py"] == b"N = 2\n"


@pytest.mark.usefixtures("in_this_process")
def test_folder_in_the_place_of_the_module_is_refused(tmp_path: Path) -> None:
    """The module of the notebook could not be written."""
    shape = Shape({"hw.ipynb": book(code()), "submitted.py/u.py": b"N = 1\n"}, ("",))

    assert "`submitted.py` is a folder in this upload" in taken(shape, tmp_path).problem


@pytest.mark.usefixtures("in_this_process")
def test_few_of_many_commands_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The grader reads some and their number: millions fit into a notebook."""
    answers = []
    monkeypatch.setattr(
        notebook, "ask", lambda _module, asked, max_deaths: (answers.append(worker.answer(asked)) or answers[0], [])
    )

    said = " ".join(taken(Shape({"hw.ipynb": book(code("!x\n" * 2000), code())}, ("",)), tmp_path).remarks)

    assert len(answers[0]["converted"]["left_out"]) == 5
    assert "cell 1, line 5: `!x`; and 1995 more" in said


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
