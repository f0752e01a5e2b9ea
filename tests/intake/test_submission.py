"""A student whose upload cannot be graded reads what is wrong with it and what to do."""

import gzip
import json
import os
from pathlib import Path

import pytest

from autograder.intake.submission import submission_of, take_submission
from autograder.intake.upload import MIB
from autograder.model.assignment import Upload
from autograder.model.submission import Submission
from tests.helpers import SOURCE, an_assignment, zip_bytes

NOTEBOOK = b'{\n "cells": [],\n "metadata": {},\n "nbformat": 4\n}\n'


def take(folder: Path, files: dict[str, bytes]) -> Submission:
    """Return the submission of a folder with these files, after checking that a zip of them gives the same."""
    place = folder / "upload"
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    place.mkdir(exist_ok=True)
    (folder / "upload.zip").write_bytes(zip_bytes(files))
    taken, zipped = (take_submission(path, an_assignment()) for path in (place, folder / "upload.zip"))

    assert taken == zipped
    return taken


def test_right_upload_is_taken_without_a_word(tmp_path: Path) -> None:
    """Nothing to say means nothing said."""
    submission = take(tmp_path, {"submitted.py": SOURCE, "layers.py": b"import torch\n"})

    assert submission.files == {"submitted.py": SOURCE, "layers.py": b"import torch\n"}
    assert submission.problem == ""
    assert submission.remarks == ()


@pytest.mark.parametrize("name", ["submitted.py", "my solution (2).py", "Submitted.py"])
def test_single_file_is_the_submission_whatever_its_name(name: str, tmp_path: Path) -> None:
    """A file named on the command line is what is meant."""
    (tmp_path / name).write_bytes(SOURCE)

    assert take_submission(tmp_path / name, an_assignment()).files == {"submitted.py": SOURCE}


@pytest.mark.parametrize("wrapping", ["homework 3/", "a/b/"])
def test_folder_around_everything_is_taken_off(wrapping: str, tmp_path: Path) -> None:
    """Zipping a folder puts it around the files; every second student does that."""
    files = {f"{wrapping}submitted.py": SOURCE, f"{wrapping}net/layers.py": b"x = 1\n"}

    assert take(tmp_path, files).files == {"submitted.py": SOURCE, "net/layers.py": b"x = 1\n"}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({}, ["is empty", "`submitted.py`"], id="nothing"),
        pytest.param(
            {".submitted.py.icloud": b"bplist00"}, ["is empty", "Hidden files", "do not count"], id="hidden files"
        ),
        pytest.param({"submitted.pyc": b"\xa7\r\r\n"}, ["`submitted.pyc` is not Python source"], id="compiled"),
        pytest.param(
            {"Submitted.py": SOURCE},
            ["is called `Submitted.py`", "must be `submitted.py`", "exactly this spelling"],
            id="wrong case",
        ),
        pytest.param(
            {"submitted_final_v2.py": SOURCE, "README.md": b"x"},
            ["`submitted_final_v2.py`", "Rename your solution to `submitted.py`"],
            id="almost the name",
        ),
        pytest.param(
            {"submitted.py.txt": SOURCE}, ["`submitted.py.txt`", "Rename your solution"], id="what Windows makes of it"
        ),
        pytest.param(
            {"hw3.py": SOURCE, "utils.py": SOURCE},
            ["no `submitted.py`", "holds `hw3.py`, `utils.py`", "Rename your solution to `submitted.py`"],
            id="another name",
        ),
        pytest.param(
            {"hw3.ipynb": NOTEBOOK, "data.zip": b"PK"},
            ["`hw3.ipynb` holds no code", "before your solution was in it"],
            id="notebook without code",
        ),
        pytest.param(
            {"homework.zip": b"PK", "README.md": b"x"},
            ["another archive, `homework.zip`", "`submitted.py`"],
            id="zip in a zip",
        ),
        pytest.param(
            {"submitted.py/main.py": SOURCE, "README.md": b"x"},
            ["`submitted.py` is a folder", "`submitted.py/main.py`", "at the top level"],
            id="a folder of that name",
        ),
        pytest.param({"submitted.py ": SOURCE}, ["a space before or after its name", "Rename"], id="a space"),
        pytest.param({"submitted\u200b.py": SOURCE}, ["a character that cannot be seen", "Rename"], id="unseen"),
        pytest.param(
            {"submitt\u0435d.py": SOURCE},
            ["its 8. character", "cyrillic small letter ie"],
            id="a letter that looks right",
        ),
        pytest.param(
            {"src/submitted.py": SOURCE, "a.zip": b"PK", "notes.ipynb": NOTEBOOK},
            ["in the folder `src`", "at the top level"],
            id="in a folder, beside other things",
        ),
    ],
)
def test_missing_file_is_answered_by_what_was_probably_meant(
    files: dict[str, bytes], told: list[str], tmp_path: Path
) -> None:
    """The likeliest mistake is named, and what to do about it."""
    submission = take(tmp_path, files)

    assert submission.files == {}
    assert [words for words in told if words not in submission.problem] == []


@pytest.mark.parametrize("found", ["tensor.py", "Autodiff/tensor.py"])
def test_file_of_a_package_is_not_sent_to_the_top_level(found: str) -> None:
    """It is missing in its folder."""
    package = an_assignment(upload=Upload(required=("submitted.py", "autodiff/tensor.py"), accepted=("*.py",)))
    entries = [("submitted.py", len(SOURCE), SOURCE), (found, len(SOURCE), SOURCE)]

    assert submission_of(entries, package).problem.startswith(
        f"There is `{found}`, and it must be `autodiff/tensor.py`"
    )


def test_nobody_is_told_to_rename_another_required_file() -> None:
    """A source of several files lacks one; a notebook is listed under its own name."""
    package = an_assignment(upload=Upload(required=("submitted.py", "net/layers.py"), accepted=("*.py",)))
    source = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4}).encode()
    problem = submission_of([("hw.ipynb", len(source), source)], package).problem

    assert problem == (
        "There is no `net/layers.py` in the upload, which holds `hw.ipynb`. Upload all files of your solution "
        "together, as one zip."
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", ["`submitted.py` is empty", "saved"], id="empty"),
        pytest.param(b" \n\t\n", ["`submitted.py` is empty"], id="only blanks"),
        pytest.param(
            zip_bytes({"a": b"b"}), ["is a zip or a document", "text file that you edit"], id="a zip under the name"
        ),
        pytest.param(b"\x80\x04\x95pickle", ["not Python source"], id="a pickle"),
        pytest.param(b"x = 1\n\0\0\0", ["not Python source"], id="zeros"),
        pytest.param("x = 1\n".encode("utf-16"), ["saved as UTF-16", "encoding UTF-8"], id="UTF-16"),
        pytest.param("x = 1\n".encode("utf-16-be"), ["saved as UTF-16", "encoding UTF-8"], id="UTF-16 without a mark"),
        pytest.param(
            "x = 1\n# größe\n".encode("latin-1"), ["not UTF-8", "line 2", "0xf6", "encoding UTF-8"], id="Latin-1"
        ),
        pytest.param(NOTEBOOK, ["`submitted.py` holds no code"], id="an empty notebook under the name"),
    ],
)
def test_file_that_python_cannot_read_is_answered_by_what_it_is(
    content: bytes, told: list[str], tmp_path: Path
) -> None:
    """A SyntaxError in line 1 would help nobody here."""
    problem = take(tmp_path, {"submitted.py": content}).problem

    assert [words for words in told if words not in problem] == []


@pytest.mark.parametrize(
    "content",
    [
        "# größe 字\nx = 1\n".encode(),
        "\ufeffx = 1\n".encode(),
        "# -*- coding: latin-1 -*-\n# größe\n".encode("latin-1"),
        b"x = 1\r\ny = 2\r\n",
        b"def broken(:\n",
    ],
    ids=["UTF-8", "with a byte order mark", "declared Latin-1", "Windows line ends", "a syntax error"],
)
def test_file_that_python_can_read_is_taken(content: bytes, tmp_path: Path) -> None:
    """Errors that Python itself reports are left to Python."""
    submission = take(tmp_path, {"submitted.py": content})

    assert submission.problem == ""
    assert submission.files["submitted.py"] == content


def test_other_files_are_left_out_with_a_remark(tmp_path: Path) -> None:
    """Data and pictures cost nothing, and the student knows that they were not used."""
    extra = {f"picture_{i}.png": b"x" for i in range(10)}
    submission = take(tmp_path, {"submitted.py": SOURCE, **extra})

    assert submission.files == {"submitted.py": SOURCE}
    assert submission.remarks == (
        "Not used for grading: " + ", ".join(f"`picture_{i}.png`" for i in range(8)) + ", ….",
    )


def test_students_copy_of_a_support_file_is_not_used(tmp_path: Path) -> None:
    """The grader's own models.py is what counts, and that is said."""
    submission = take(tmp_path, {"submitted.py": SOURCE, "models.py": b"def resnet18(): return cheat\n"})

    assert submission.files == {"submitted.py": SOURCE}
    assert submission.remarks == ("The grader uses its own copy of `models.py`.",)


def test_200_mb_are_answered_without_being_read(tmp_path: Path) -> None:
    """The sentence names the size, the file and the limit."""
    path = tmp_path / "submitted.py"
    path.touch()
    os.truncate(path, 200 * MIB)
    submission = take_submission(path, an_assignment())

    assert submission.files == {}
    for words in ("too large: 200 MiB", "`submitted.py`", "the limit is 20 MiB", "source only"):
        assert words in submission.problem


def test_large_data_beside_the_source_do_not_stand_in_its_way(tmp_path: Path) -> None:
    """A checkpoint of 200 MB is left out like any other file."""
    (tmp_path / "submitted.py").write_bytes(SOURCE)
    (tmp_path / "model.pt").touch()
    os.truncate(tmp_path / "model.pt", 200 * MIB)
    submission = take_submission(tmp_path, an_assignment())

    assert submission.files == {"submitted.py": SOURCE}
    assert submission.remarks == ("Not used for grading: `model.pt`.",)


def test_too_many_files_are_answered_with_the_folder_that_holds_them(tmp_path: Path) -> None:
    """The message on a library in the upload gives its number of files."""
    problem = take(tmp_path, {"submitted.py": SOURCE, **{f"library/{i}.py": b"" for i in range(200)}}).problem

    assert "201 files of the kinds that are graded; at most 200" in problem
    assert "`library` holds 200 of them: leave it out" in problem


def test_files_that_are_not_graded_cannot_be_too_many(tmp_path: Path) -> None:
    """Training scripts write a picture for each epoch."""
    submission = take(tmp_path, {"submitted.py": SOURCE, **{f"plots/p{i}.png": b"" for i in range(300)}})

    assert submission.files == {"submitted.py": SOURCE}
    assert submission.remarks[0].startswith("Not used for grading: `plots/p0.png`")


def test_odd_entries_cost_nothing_and_are_named(tmp_path: Path) -> None:
    """Experiment trackers leave links behind; the student sees that nobody followed them."""
    (tmp_path / "upload").mkdir()
    (tmp_path / "upload" / "submitted.py").write_bytes(SOURCE)
    (tmp_path / "upload" / "latest-run").symlink_to("run-1")
    submission = take_submission(tmp_path / "upload", an_assignment())

    assert submission.files == {"submitted.py": SOURCE}
    assert submission.remarks == ("Passed over: `latest-run` is a link, which is not followed.",)


def test_required_file_that_is_passed_over_is_answered_with_the_reason(tmp_path: Path) -> None:
    """It is there, so "missing" would be no help."""
    (tmp_path / "submitted.py").symlink_to("elsewhere.py")
    submission = take_submission(tmp_path, an_assignment())

    assert submission.problem.startswith("`submitted.py` is a link, which is not followed, so it cannot be graded.")


@pytest.mark.parametrize("ending", [".PY", ".Py"])
def test_ending_in_capitals_is_no_other_ending(ending: str, tmp_path: Path) -> None:
    """Cameras and old systems write them."""
    (tmp_path / f"HW3{ending}").write_bytes(SOURCE)

    assert take_submission(tmp_path / f"HW3{ending}", an_assignment()).files == {"submitted.py": SOURCE}


@pytest.mark.parametrize(
    "name",
    [
        "submitted.docx", "submitted.py.pages", "submitted.pdf", "submitted.py.webloc",
        "submitted.py - Google Docs.html",
        "submitted.rtf", "submitted.odt", "submitted.py.gdoc", "submitted.py.url", "Screenshot.png",
        "submitted.py.pages/Index.zip",
    ],
)  # fmt: skip
def test_nobody_is_told_to_rename_a_document(name: str, tmp_path: Path) -> None:
    """Renaming a document does not make it a program: the student has to upload the text file."""
    problem = take(tmp_path, {name: b"x"}).problem

    assert f"`{name.partition('/')[0]}` is not Python source" in problem
    assert "Upload the text file that you edit" in problem
    assert "Rename" not in problem


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{\\rtf1\\ansi x = 1}", "a document in Rich Text Format"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"<?xml version='1.0'?><plist/>", "an XML document"),
        (b"[InternetShortcut]\nURL=https://example.org", "a link to a web page"),
        (b"https://github.com/ada/hw1\n", "a link under that name"),
        (b"version https://git-lfs.github.com/spec/v1\noid x", "a Git LFS pointer"),
    ],
)
def test_document_under_the_right_name_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    """This comes of the advice to rename it."""
    problem = take(tmp_path, {"submitted.py": content}).problem

    assert f"`submitted.py` is not Python source, but {told}" in problem


@pytest.mark.parametrize(
    "name",
    ["submitted (1).py", "submitted-1.py", "submitted copy.py", "submitted - Copy (2).py", "Copy of submitted.py",
     "Submitted.py", "submitted_old.py", "submitted_v2.py"],
)  # fmt: skip
def test_copies_beside_the_required_file_are_named(name: str, tmp_path: Path) -> None:
    """Browsers number what is downloaded again; perhaps the older one is graded."""
    (remark,) = take(tmp_path, {"submitted.py": SOURCE, name: SOURCE}).remarks

    assert remark.startswith(f"`{name}` lies beside `submitted.py`, and `submitted.py` alone is graded.")


def test_modules_beside_the_required_file_are_no_copies(tmp_path: Path) -> None:
    """Modules that the solution imports belong to it."""
    files = {"submitted.py": b"import submitted_2\n", "submitted_2.py": SOURCE, "submitted_net.py": SOURCE}

    assert take(tmp_path, files).remarks == ()


@pytest.mark.parametrize("others", [{"report.pdf": b"%PDF"}, {"report.zip": zip_bytes({"report.tex": b"x"})}, {}])
def test_archive_beside_a_report_is_opened(others: dict[str, bytes], tmp_path: Path) -> None:
    """Learning platforms hand over all that a student uploaded in one folder."""
    files = {"hw.zip": zip_bytes({"hw/submitted.py": SOURCE, "hw/net.py": b"x = 1\n"}), **others}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    submission = take_submission(tmp_path, an_assignment())

    assert submission.files == {"submitted.py": SOURCE, "net.py": b"x = 1\n"}
    assert submission.remarks[0].startswith("`submitted.py` is taken from `hw.zip`.")
    assert [name for name in others if f"`{name}`" not in submission.remarks[0]] == []


def test_archives_that_both_hold_the_required_file_stay_closed(tmp_path: Path) -> None:
    """Which of them is meant is not guessed."""
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(zip_bytes({"submitted.py": SOURCE}))

    assert "another archive, `a.zip`" in take_submission(tmp_path, an_assignment()).problem


def test_page_instead_of_an_archive_is_told(tmp_path: Path) -> None:
    """Platforms unpack zips, so that what remains is none: the page of a login, for instance."""
    (tmp_path / "hw.zip").write_bytes(b"<!DOCTYPE html><html>Sign in")

    assert take_submission(tmp_path, an_assignment()).problem.startswith("`hw.zip` is a web page under that name")


def test_source_that_the_limits_let_pass_unread_is_no_crash() -> None:
    """An assignment may allow more than is ever held in memory; then the sentence says so."""
    generous = an_assignment(upload=Upload(max_mib=500))
    submission = submission_of([("submitted.py", 80 * MIB, None)], generous)

    assert submission.files == {}
    assert "too large to be read in full (80 MiB)" in submission.problem


def test_required_file_is_taken_whatever_the_patterns_say() -> None:
    """An author's pattern that forgets the required file harms no student."""
    odd = an_assignment(upload=Upload(required=("report.txt",), accepted=("*.py",)))

    assert submission_of([("report.txt", 4, b"text")], odd).files == {"report.txt": b"text"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not a zip", "The zip cannot be read: File is not a zip file."),
        (b"", "The zip is empty, 0 bytes."),
        (b"PK\x03\x04 and no more", "The zip cannot be read: its end is missing"),
        (gzip.compress(SOURCE), "The tar cannot be read: it is a single file packed with gzip"),
        (gzip.compress(SOURCE * 99), "The tar cannot be read: it is a single file packed with gzip"),
    ],
)
def test_broken_zip_is_a_problem_and_no_exception(content: bytes, told: str, tmp_path: Path) -> None:
    """The student reads what is wrong with it."""
    (tmp_path / "upload.zip").write_bytes(content)
    submission = take_submission(tmp_path / "upload.zip", an_assignment())

    assert submission.files == {}
    assert submission.problem.startswith(told)


def test_all_folders_that_hold_the_required_file_are_named(tmp_path: Path) -> None:
    """Which one is meant, the student must say."""
    for folder in ("new", "old"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "submitted.py").write_bytes(SOURCE)
    submission = take_submission(tmp_path, an_assignment())

    assert submission.problem.startswith("`submitted.py` lies in several folders, `new`, `old`: upload only")


def test_digest_tells_submissions_apart_and_nothing_else() -> None:
    """Names and contents count, their order does not, and no two are confused by where one ends."""
    one = Submission({"a.py": b"1", "b.py": b"2"})
    others = [{"a.py": b"1"}, {"a.py": b"2", "b.py": b"1"}, {"a.py": b"1b.py2"}, {"a.py1": b"", "b.py": b"2"}]

    assert one.digest == Submission({"b.py": b"2", "a.py": b"1"}, remarks=("another",)).digest
    assert len({one.digest, *(Submission(files).digest for files in others)}) == 5
