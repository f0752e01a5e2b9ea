"""Canvas's downloads: loose files whose names carry the student."""

from pathlib import Path

import pytest

from autograder.exports.read import read_export
from autograder.model.hand_in import HandIn, Student
from tests.exports.made import SOURCE, by_name, files_of, laid_out, read
from tests.helpers import zip_bytes


def only(folder: Path, *names: str) -> HandIn:
    """Return the only hand-in of an export whose files hold their own names."""
    export = read(folder, {name: name for name in names})
    assert export.platform == "canvas"
    (hand_in,) = export.hand_ins
    return hand_in


def test_files_of_one_student_are_one_upload_under_their_own_names(tmp_path: Path) -> None:
    """The user id holds them together."""
    jane = only(tmp_path, "doejane_4711_90_submitted.py", "doejane_4711_91_my_net_2.py")

    assert jane.key == "doejane-4711"
    assert jane.students == (Student("doejane", platform_id="4711"),)
    assert files_of(jane) == {
        "submitted.py": b"doejane_4711_90_submitted.py",
        "my_net_2.py": b"doejane_4711_91_my_net_2.py",
    }
    assert (jane.late, jane.problem, jane.remarks) == (False, "", ())


@pytest.mark.parametrize(
    "name", ["doejane_LATE_4711_90_submitted.py", "_LATE_4711_90_submitted.py", "LATE_4711_90_submitted.py"]
)
def test_late_is_read_from_the_name(name: str, tmp_path: Path) -> None:
    """Also where nothing is left of the student's name."""
    hand_in = only(tmp_path, name)

    assert hand_in.late
    assert hand_in.students[0].platform_id == "4711"
    assert list(files_of(hand_in)) == ["submitted.py"]


def test_late_in_small_letters_is_a_name(tmp_path: Path) -> None:
    """Canvas writes names in lower case, so that nobody is late by name."""
    assert not only(tmp_path, "late_4711_90_submitted.py").late


@pytest.mark.parametrize(
    ("exported", "original"),
    [
        ("submitted-2.py", "submitted.py"),
        ("submitted-1ac7a3e6-8d35-4f02-9d53-0c7b0f5b8a21.py", "submitted.py"),
        ("net-1-3.py", "net-1.py"),
        ("weights-1.tar.gz", "weights.tar.gz"),
        ("Makefile-1", "Makefile"),
        ("resnet-18b.py", "resnet-18b.py"),
        ("resnet-152.py", "resnet-152.py"),
        ("-1.py", "-1.py"),
    ],
)
def test_name_before_canvas_counted_up_is_restored(exported: str, original: str, tmp_path: Path) -> None:
    """Students hand in again, and Canvas renames what they hand in."""
    jane = only(tmp_path, f"doejane_4711_90_{exported}", "doejane_4711_80_other.py")

    assert set(files_of(jane)) == {original, "other.py"}
    assert len(jane.remarks) == (exported != original)


def test_of_several_versions_the_newest_is_graded(tmp_path: Path) -> None:
    """Attachments are numbered in the order in which they were uploaded."""
    jane = only(
        tmp_path, "doejane_4711_90_submitted-2.py", "doejane_4711_9_submitted.py", "doejane_4711_89_submitted-1.py"
    )

    assert files_of(jane) == {"submitted.py": b"doejane_4711_90_submitted-2.py"}
    assert jane.remarks == (
        "`submitted-2.py` is graded as `submitted.py`: Canvas numbers files that are handed in again.",
        "Ignored: `submitted-1.py`, because there is a newer one.",
        "Ignored: `submitted.py`, because there is a newer one.",
    )


def test_single_archive_is_the_upload(tmp_path: Path) -> None:
    """It is opened where it lies."""
    export = read(tmp_path, {"doejane_4711_90_hw-1.zip": zip_bytes({"submitted.py": SOURCE})})

    assert export.hand_ins[0].path == tmp_path / "export/doejane_4711_90_hw-1.zip"


def test_anonymous_students_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    """Whose letters differ in case alone."""
    export = read(tmp_path, {"anon_aB3dE_90_submitted.py": SOURCE, "LATE_anon_Ab3dE_91_submitted.py": SOURCE})
    late = {hand_in.students[0].platform_id: hand_in.late for hand_in in export.hand_ins}

    assert late == {"anon_aB3dE": False, "anon_Ab3dE": True}
    assert len({hand_in.key for hand_in in export.hand_ins}) == 2


def test_two_students_of_one_name_and_names_in_any_script_stay_apart(tmp_path: Path) -> None:
    """The user id is what identifies."""
    names = ["doejane_1", "doejane_2", "陳大文_3", "иванова_4", "_5"]
    export = read(tmp_path, {f"{name}_9_submitted.py": name for name in names})

    assert [h.key for h in export.hand_ins] == ["doejane-1", "doejane-2", "student-3", "student-4", "student-5"]
    assert [h.who for h in export.hand_ins] == ["doejane", "doejane", "陳大文", "иванова", "5"]
    assert [files_of(h)["submitted.py"].decode() for h in export.hand_ins] == names


def test_texts_and_links_are_named_and_not_graded(tmp_path: Path) -> None:
    """The student stays in the class."""
    export = read(tmp_path, {"doe_1_9_submitted.py": SOURCE, "roe_2_text.html": "", "poe_LATE_3_link.html": ""})

    assert export.complaints == (
        "Texts and links that were handed in instead of files are not graded: `poe_LATE_3_link.html`, "
        "`roe_2_text.html`.",
    )
    assert (
        by_name(export)["roe"].problem == "There is nothing to grade: a text or a link was handed in instead of a file."
    )
    assert by_name(export)["poe"].late


def test_strays_do_not_change_what_the_export_is(tmp_path: Path) -> None:
    """Somebody put the roster beside the files."""
    files = {f"s{i}_{i}_9_submitted.py": SOURCE for i in range(4)}
    export = read(tmp_path, {**files, "roster.csv": "", "feedback/": ""})

    assert (export.platform, len(export.hand_ins)) == ("canvas", 4)
    assert export.complaints == (
        "`feedback`: this is not one of Canvas's file names; it is left out.",
        "`roster.csv`: this is not one of Canvas's file names; it is left out.",
    )


def test_name_that_leaves_the_folder_is_left_out(tmp_path: Path) -> None:
    """A file may be called `doe_1_9_..`; what else the student handed in is graded."""
    hand_in = only(tmp_path, "doe_1_9_..", "doe_1_8_submitted.py")

    assert list(files_of(hand_in)) == ["submitted.py"]
    assert hand_in.remarks == ("Left out: `doe_1_9_..`, whose own name `..` cannot be used.",)


def test_what_was_brought_together_earlier_is_made_anew(tmp_path: Path) -> None:
    """A file that the export no longer holds must not be graded again."""
    root = laid_out(tmp_path / "export", {"doe_1_8_submitted.py": SOURCE, "doe_1_9_net.py": SOURCE})
    read_export(root, tmp_path / "kept")
    (root / "doe_1_9_net.py").unlink()
    (hand_in,) = read_export(root, tmp_path / "kept").hand_ins

    assert list(files_of(hand_in)) == ["submitted.py"]


def test_files_are_copied_where_they_cannot_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The class's folder often lies on another disk than the download."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)

    assert files_of(only(tmp_path, "doe_1_8_submitted.py")) == {"submitted.py": b"doe_1_8_submitted.py"}
