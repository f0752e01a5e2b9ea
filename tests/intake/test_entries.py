"""Packages and parts are found in an upload: a folder is removed only if it wraps the submission."""

from pathlib import Path

import pytest

from autograder.intake.submission import take_submission
from autograder.model.assignment import Assignment, Upload
from tests.helpers import an_assignment, zip_bytes

PACKAGE = {"mygrad/__init__.py": b"x = 1\n", "mygrad/tensor.py": b"y = 2\n"}
PARTS = {"partA/train.py": b"x = 1\n", "partB/train.py": b"y = 2\n"}


def of_package() -> Assignment:
    """Return an assignment whose submission is a package."""
    return an_assignment(upload=Upload(required=("mygrad/__init__.py",), entry="mygrad"))


def of_parts() -> Assignment:
    """Return an assignment whose submission has two parts."""
    return an_assignment(upload=Upload(required=(), entry=tuple(PARTS)))


def taken(tmp_path: Path, files: dict[str, bytes], assignment: Assignment, wrapped_in: str = ""):
    """Return the submission that becomes of a zip."""
    archive = tmp_path / "upload.zip"
    archive.write_bytes(zip_bytes({f"{wrapped_in}{name}": content for name, content in files.items()}))
    return take_submission(archive, assignment)


@pytest.mark.parametrize("wrapped_in", ["", "hw3/", "hw3/anna/", "mygrad/"])
def test_folder_of_a_package_is_no_wrapping(wrapped_in: str, tmp_path: Path) -> None:
    """The package stays whole, and what lies around it goes, also if it has the package's name."""
    submission = taken(tmp_path, PACKAGE, of_package(), wrapped_in)

    assert (submission.problem, submission.files) == ("", PACKAGE)


@pytest.mark.parametrize("wrapped_in", ["", "hw3/"])
def test_part_alone_stays_in_its_folder(wrapped_in: str, tmp_path: Path) -> None:
    """Whoever has done one part gets its points; a remark says what is missing."""
    submission = taken(tmp_path, {"partB/train.py": b"y = 2\n", "partB/model.py": b""}, of_parts(), wrapped_in)

    assert submission.problem == ""
    assert submission.files.keys() == {"partB/train.py", "partB/model.py"}
    assert submission.remarks == ("There is no `partA/train.py` in the upload: tests of that part earn nothing.",)


def test_part_that_is_no_source_does_not_spoil_the_upload(tmp_path: Path) -> None:
    """It will fail its own tests."""
    submission = taken(tmp_path, {**PARTS, "partB/train.py": b"\0\1"}, of_parts())

    assert submission.problem == ""


def test_upload_without_any_part_is_refused(tmp_path: Path) -> None:
    """The first part stands for all."""
    submission = taken(tmp_path, {"notes.txt": b"later"}, of_parts())

    assert submission.problem.startswith("There is no `partA/train.py` in the upload")


def test_package_without_its_file_is_refused_and_keeps_its_folder(tmp_path: Path) -> None:
    """The names in the sentence are those that the student sees."""
    submission = taken(tmp_path, {"mygrad/tensor.py": b"y = 2\n"}, of_package())

    assert "`mygrad/__init__.py`" in submission.problem
    assert "`mygrad/tensor.py`" in submission.problem
