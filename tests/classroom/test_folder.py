"""The folder of a class gives back what was put into it, or says that it is not there."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder, opened_folder
from autograder.classroom.index import ClassIndex, Line
from autograder.classroom.rubric import Rubric
from autograder.model.failures import UnusableInput
from autograder.model.hand_in import HandIn, Student
from autograder.model.measurement import Measurement
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.model.verdict import Verdict

RUBRIC = Rubric({"suite: a": "1"})
STUDENT = Student("Zoë \ud800 王", "007", "z@example.edu", "12")
OUTCOME = Outcome(
    "Test.a", "suite", "1.1", "title", Verdict.CPU_BUDGET, 5.0, 1.5, Explanation("a", "\udcff\x1b", "c", "d"),
    measurements=(Measurement("accuracy", float("nan"), 0.5),),
)  # fmt: skip
REPORT = Report("line_fit", "A line", "embedded", "d" * 64, (OUTCOME,), remarks=("r",), environment={"torch": "2"})


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    """Return a new folder."""
    return ClassFolder(tmp_path)


def test_index_comes_back_with_names_in_any_script(folder: ClassFolder) -> None:
    """Also what no encoding takes."""
    hand_in = HandIn("zoe", (STUDENT,), Path("/x/\udcff"), "9", "2026-11-21", True, remarks=("late",))
    index = ClassIndex("line_fit", "embedded", 1, "moodle", lines=(Line(hand_in, "d"), Line(HandIn("no", (), None))))
    folder.keep_index(index)

    assert folder.index == index
    assert index.digests == ["d"]


def test_report_comes_back_with_what_students_print(folder: ClassFolder) -> None:
    """Lone surrogates and measurements that are not numbers are kept."""
    folder.keep_report(RUBRIC, "d", REPORT)
    back = folder.report(RUBRIC, "d")

    assert back is not None
    assert repr(back) == repr(REPORT)  # NaN is not equal to itself
    assert folder.report(Rubric({}), "d") is None
    assert folder.report(RUBRIC, "e") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"assignment": 3}', b"\xff\xfe"])
def test_damaged_report_is_made_again(folder: ClassFolder, content: bytes) -> None:
    """After a loss of power a file may be empty or cut."""
    folder.keep_report(RUBRIC, "d", REPORT)
    next(folder.root.glob("judged/*/d")).write_bytes(content)

    assert folder.report(RUBRIC, "d") is None


def test_submission_comes_back(folder: ClassFolder) -> None:
    """Byte for byte, in separate folders."""
    submission = Submission({"submitted.py": b"\x00\xff", "net/model.py": b"", "a/b/c.txt": b"x"})
    folder.keep_submission(submission)
    folder.keep_submission(submission)

    assert folder.submission(submission.digest).files == submission.files
    assert folder.sources([submission.digest])[submission.digest].keys() == {"submitted.py", "net/model.py"}


def test_submission_that_is_not_what_it_was_is_refused(folder: ClassFolder) -> None:
    """Nobody is graded by files that somebody has edited."""
    submission = Submission({"submitted.py": b"x = 1"})
    folder.keep_submission(submission)
    next(folder.root.glob("submissions/*/*/submitted.py")).write_bytes(b"x = 2")

    with pytest.raises(UnusableInput, match="not the files that were graded"):
        folder.submission(submission.digest)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"assignment": "a"}'])
def test_damaged_index_is_a_line_with_what_to_do(folder: ClassFolder, content: str) -> None:
    """The file is named."""
    (folder.root / "class.json").write_text(content)

    with pytest.raises(UnusableInput, match=r"class.json: .*give another --out, or remove the file"):
        _ = folder.index


def test_index_of_another_layout_is_refused(folder: ClassFolder) -> None:
    """A later version of the harness may keep its folders otherwise."""
    folder.keep_index(replace(ClassIndex("line_fit", "embedded", 1), layout=99))

    with pytest.raises(UnusableInput, match="another version"):
        _ = folder.index


def test_two_runs_never_work_in_one_folder(tmp_path: Path) -> None:
    """The second one is told; when the first has ended, it may."""
    first, second = (opened_folder(tmp_path / "out", new=True) for _ in range(2))
    with first, pytest.raises(UnusableInput, match="another run is using"), second:
        pass
    with opened_folder(tmp_path / "out", new=True):
        pass


def test_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    """A mistyped --out does not fill somebody's home with files."""
    (tmp_path / "letter.txt").touch()

    with pytest.raises(UnusableInput, match="holds other files"), opened_folder(tmp_path, new=True):
        pass
    with pytest.raises(UnusableInput, match="is not a folder"), opened_folder(tmp_path / "letter.txt", new=True):
        pass


def test_folder_without_a_class_cannot_be_judged_again(tmp_path: Path) -> None:
    """And nothing is made in it."""
    with pytest.raises(UnusableInput, match=r"there is no class.json"), opened_folder(tmp_path / "no", new=False):
        pass

    assert not (tmp_path / "no").exists()


def test_others_can_not_read_the_folder(tmp_path: Path) -> None:
    """It holds students' work and points."""
    with opened_folder(tmp_path / "out", new=True):
        mode = os.stat(tmp_path / "out").st_mode  # noqa: PTH116 (of the folder, whoever asks)

    assert mode & 0o077 == 0
