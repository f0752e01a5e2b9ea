"""Which platform an export comes from, and what cannot be used at all."""

from pathlib import Path

import pytest

from autograder.exports.read import read_export
from autograder.model.failures import UnusableInput
from tests.exports.made import JANE, SOURCE, laid_out, read, zipped

GRADESCOPE = {"submission_metadata.yml": JANE, "submission_11/submitted.py": SOURCE}
CANVAS = {"doejane_4711_90_submitted.py": SOURCE, "roe_LATE_4712_91_submitted.py": SOURCE}
MOODLE = {"Jane Doe_12_assignsubmission_file_/submitted.py": SOURCE}
CLASS = {"jane/submitted.py": SOURCE, "bob.py": SOURCE}
PLATFORMS = {"gradescope": GRADESCOPE, "canvas": CANVAS, "moodle": MOODLE, "folder": CLASS}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("wrapper", ["", "assignment_1_export/", "a/b/"])
def test_platform_is_told_by_the_names_in_folder_and_zip_and_in_a_wrapping_folder(
    platform: str, wrapper: str, tmp_path: Path
) -> None:
    """Nobody has to say it."""
    files = {wrapper + name: content for name, content in PLATFORMS[platform].items()}
    from_folder = read(tmp_path, files)
    from_zip = read_export(zipped(tmp_path / "class.zip", files), tmp_path / "unpacked")

    assert (from_folder.platform, from_zip.platform) == (platform, platform)
    assert [h.key for h in from_folder.hand_ins] == [h.key for h in from_zip.hand_ins]
    assert all(hand_in.path for hand_in in (*from_folder.hand_ins, *from_zip.hand_ins))
    assert len(from_folder.hand_ins) == (1 if platform in ("gradescope", "moodle") else 2)


@pytest.mark.parametrize(
    "files",
    [
        {"jane/submitted.py": SOURCE, "jane/net.py": SOURCE, "jane/data/": ""},
        {"jane/hw.zip": b""},
        {"jane/solution.py": SOURCE},
        {"jane/": ""},
    ],
)
def test_class_of_one_student_is_not_taken_apart(files: dict[str, bytes | str], tmp_path: Path) -> None:
    """A lone folder may be an upload, or a folder around everything."""
    assert [hand_in.who for hand_in in read(tmp_path, files).hand_ins] == ["jane"]


def test_lone_folder_called_as_what_it_lies_in_is_a_wrapper(tmp_path: Path) -> None:
    """That is how systems pack a folder."""
    path = zipped(tmp_path / "hw1.zip", {"hw1/jane.py": SOURCE})

    assert [hand_in.who for hand_in in read_export(path, tmp_path / "kept").hand_ins] == ["jane"]


def test_what_lies_beside_the_folder_with_the_class_is_named(tmp_path: Path) -> None:
    """A readme does not make the class a single student."""
    export = read(tmp_path, {**{f"export/{name}": content for name, content in CANVAS.items()}, "README.txt": ""})

    assert (export.platform, len(export.hand_ins)) == ("canvas", 2)
    assert export.complaints == ("`README.txt`: this lies beside the folder with the class; it is left out.",)


def test_folder_that_the_class_is_graded_into_is_nobodys(tmp_path: Path) -> None:
    """People grade into a folder in the export."""
    root = laid_out(tmp_path / "export", {**CLASS, "out/gradebook.csv": ""})

    assert [hand_in.who for hand_in in read_export(root, root / "out" / "kept").hand_ins] == ["bob", "jane"]


def test_hand_ins_are_sorted_by_key_and_the_same_in_each_run(tmp_path: Path) -> None:
    """A run that was interrupted goes on with them."""
    root = laid_out(tmp_path / "export", {f"{name}.py": SOURCE for name in ("b", "B", "a", "é", "e", "ж")})
    export = read_export(root, tmp_path / "kept")
    keys = [hand_in.key for hand_in in export.hand_ins]

    assert keys == sorted(keys)
    assert read_export(root, tmp_path / "kept") == export


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none", None, "there is no such file or folder"),
        ("class.rar", b"", "this is neither a folder nor a .zip. Unpack it, and give the folder."),
        ("class.zip", b"PK\x03\x04", "this cannot be read as a zip"),
        ("class.zip", b"", "this cannot be read as a zip"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(
    name: str, content: bytes | None, told: str, tmp_path: Path
) -> None:
    """The message says what, where, and what to do."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableInput) as caught:
        read_export(tmp_path / name, tmp_path / "kept")

    assert f"{tmp_path / name}: {told}" in str(caught.value)


@pytest.mark.parametrize("files", [{}, {".DS_Store": ""}, {"notes.txt": ""}])
def test_folder_with_nothing_to_grade_is_refused_with_what_is_meant(
    files: dict[str, bytes | str], tmp_path: Path
) -> None:
    """And with what lies there instead."""
    with pytest.raises(UnusableInput, match="there is nothing to grade in it") as caught:
        read(tmp_path, files)

    assert ("notes.txt" in str(caught.value)) == ("notes.txt" in files)
