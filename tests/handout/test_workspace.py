"""The folder in which probes run at home: laid out like the grader's, and the same for each probe."""

from pathlib import Path

import pytest

from autograder.local_runner.hand_out import HandOut
from autograder.local_runner.upload import UnusableFolder, upload_of
from autograder.local_runner.workspace import Workspace
from tests.notebooks.shapes import book, code

FILES = {
    "submitted.py": "x = 1", "lib/more.py": "y = 2", "data/a.txt": "given", "notes.md": "mine", ".git/hook.py": "z",
    "visible_tests/autograder/a.py": "ours", "run_visible_tests.py": "ours", "data/own.py": "in the data's folder",
}  # fmt: skip


@pytest.fixture
def hand_out() -> HandOut:
    """A handout with a folder of data, for Python files."""
    fields = dict.fromkeys(HandOut.__dataclass_fields__, "")
    return HandOut(**{**fields, "entry": "submitted.py", "accepted": ("*.py",), "given": ("data",)})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A student's folder."""
    for name, text in FILES.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(text)
    return tmp_path / "own"


def contents(folder: Path) -> dict[str, str]:
    """Return the text of each file."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_accepted_files_are_uploaded(hand_out: HandOut, own: Path) -> None:
    """Accepted files are taken, even from folders; the handout's own files, hidden files and the data are not."""
    assert sorted(upload_of(hand_out, own).files) == ["lib/more.py", "submitted.py"]


def test_notebook_is_taken_in_the_place_of_the_source(hand_out: HandOut, own: Path) -> None:
    """As by the grader, with the modules beside it; and a word on it."""
    (own / "submitted.py").unlink()
    (own / "my work.ipynb").write_bytes(book(code("!ls\n%%writefile x.py"), code("%%writefile more.py\ny = 1")))
    upload = upload_of(hand_out, own)

    assert sorted(upload.files) == ["lib/more.py", "more.py", "submitted.py"]
    assert upload.remarks == (
        "Testing the notebook `my work.ipynb`, cell by cell.",
        "Commands of the notebook that do nothing here: cell 1, line 1: `!ls`; cell 1, line 2: `%%writefile x.py`.",
    )


@pytest.mark.parametrize(
    ("notebooks", "said"),
    [
        ({}, "submitted.py is missing"),
        ({"a.ipynb": b"{"}, "`a.ipynb` is cut off in line 1"),
        ({"a.ipynb": book(code()), "b.ipynb": book(code())}, "rename that one to `submitted.ipynb`"),
    ],
)
def test_folder_without_anything_to_test_is_told(
    notebooks: dict[str, bytes], said: str, hand_out: HandOut, own: Path
) -> None:
    """The same sentences as the grader's."""
    (own / "submitted.py").unlink()
    for name, content in notebooks.items():
        (own / name).write_bytes(content)

    with pytest.raises(UnusableFolder, match=said):
        upload_of(hand_out, own)


def test_each_probe_finds_the_same_files(hand_out: HandOut, own: Path, tmp_path: Path) -> None:
    """Each probe starts with the original files and working directory, whatever an earlier probe wrote or removed."""
    (tmp_path / "place").mkdir()
    workspace, before = Workspace(hand_out, own, upload_of(hand_out, own).files, tmp_path / "place"), Path.cwd()
    first = contents(workspace.folder)
    with workspace.entered():
        Path("model.pth").write_text("weights")
        Path("runs/one").mkdir(parents=True)
        Path("runs/one/log").write_text("log")
        Path("submitted.py").write_text("overwritten")
        Path("lib/more.py").unlink()

    assert set(first) == {"submitted.py", "lib/more.py", "data/a.txt", "data/own.py"}
    assert contents(workspace.folder) == first
    assert not (workspace.folder / "runs").exists()
    assert Path.cwd() == before
