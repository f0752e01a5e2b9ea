"""A handout whose template is a notebook: students fill it in, try it at home and hand it in."""

import ast
import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder import project
from autograder.evidence.session import open_session
from autograder.handout.write import write_handout
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.notebooks.write import notebook_of
from autograder.wire.cells import cells_of
from tests.handout.homes import graded, one_line, run

SLUG = "line_fit"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handout of the smallest assignment; the reference solution has passed its tests as a notebook."""
    path = tmp_path_factory.mktemp("handout") / "handout.zip"
    write_handout(SLUG, path, as_notebook=True)
    return path


@pytest.fixture
def home(archive: Path, tmp_path: Path) -> Path:
    """A student's unpacked folder."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    return tmp_path / SLUG


def functions() -> dict[str, str]:
    """Return the texts of the reference solution's functions."""
    source = (project.reference(SLUG) / "submitted.py").read_text()
    return {one.name: ast.unparse(one) for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)}


def fill_in(notebook: Path) -> None:
    """Write the solution into the cells, as a student does who also tries things out."""
    book = json.loads(notebook.read_text())
    for cell in book["cells"]:
        for name, text in functions().items():
            if cell["cell_type"] == "code" and f"def {name}(" in "".join(cell["source"]):
                cell["source"] = f"%%time\nfrom pathlib import Path\nEPOCHS, LEARNING_RATE = 60, 0.2\n{text}"
    book["cells"][2]["source"] = "import torch\nfrom torch import nn\nfrom torch.nn import functional\n!nvidia-smi\n"
    book["cells"].insert(3, {"cell_type": "code", "source": "plot(x)"})
    notebook.write_text(json.dumps(book))


def test_template_comes_as_a_notebook(home: Path) -> None:
    """Instead of the source, with a cell for each function."""
    book = nbformat.read(home / "submitted.ipynb", as_version=4)
    nbformat.validate(book)
    codes = [cell.source for cell in book.cells if cell.cell_type == "code"]

    assert not (home / "submitted.py").exists()
    assert [text.split("(")[0] for text in codes[1:-1]] == [f"def {name}" for name in functions()]
    assert codes[-1].startswith('if __name__ == "__main__":')
    assert "upload this notebook, `submitted.ipynb`: wherever" in book.cells[1].source


def test_untouched_notebook_fails_at_home_in_words(home: Path) -> None:
    """As the source does."""
    ended = run(home)

    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.count("This part of the template is still empty.") == 4


def test_source_beside_a_notebook_is_named_as_what_is_tested(home: Path) -> None:
    """The grader says the same; a student who forgets the source would read that the template is empty."""
    shutil.copy(project.template(SLUG) / "submitted.py", home)
    said = one_line(run(home, "1.1").stdout)

    assert "`submitted.py` is tested, not the notebook `submitted.ipynb`. To test the notebook, remove" in said


def test_notebook_that_is_filled_in_earns_the_points(home: Path) -> None:
    """At home and in the grader; a failing cell beside the solution costs nothing, and is named."""
    fill_in(home / "submitted.ipynb")
    ended = run(home)
    with open_session(load_assignment(SLUG), "embedded") as session:
        outcomes = graded(session, {"submitted.ipynb": (home / "submitted.ipynb").read_bytes()})

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "The visible tests earn 7 of 7 points." in ended.stdout
    said = " ".join(ended.stdout.split())  # without line breaks
    assert "`submitted.ipynb` that end early: cell 4, line 1, `plot(x)`: NameError: name 'plot' is not defined" in said
    assert sum(one.score for one in outcomes) == 7


@pytest.mark.parametrize("slug", project.slugs())
def test_every_template_is_the_same_program_as_a_notebook(slug: str, tmp_path: Path) -> None:
    """Nothing of it is lost between the cells."""
    upload = shutil.copytree(project.template(slug), tmp_path / "upload")  # some require other files as well
    source = (upload / "submitted.py").read_text()
    (upload / "submitted.py").unlink()
    (upload / "submitted.ipynb").write_bytes(notebook_of(source))
    submission = take_submission(upload, load_assignment(slug))
    made = cells_of(submission.files["submitted.py"].decode())

    assert made
    assert ast.dump(ast.parse("\n".join(cell.source for cell in made.cells))) == ast.dump(
        ast.Module(ast.parse(source).body[1:], type_ignores=[])
    )
