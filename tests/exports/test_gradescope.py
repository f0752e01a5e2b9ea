"""Gradescope's exports: whose submission it is stands in a file that may be broken in any way."""

from pathlib import Path

import pytest

from autograder.exports.read import read_export
from autograder.model.hand_in import Student
from tests.exports.made import JANE, PAIR, SOURCE, by_name, files_of, laid_out, read
from tests.helpers import zip_bytes

FOLDERS = {"submission_11/submitted.py": SOURCE, "submission_12/submitted.py": SOURCE}


def test_entries_of_the_metadata_become_hand_ins(tmp_path: Path) -> None:
    """Numbers keep their leading zeros, times become ISO 8601, and what a student printed does no harm."""
    export = read(tmp_path, {"submission_metadata.yml": "---\n" + JANE, **FOLDERS})
    (jane,) = [hand_in for hand_in in export.hand_ins if hand_in.students]

    assert export.platform == "gradescope"
    assert jane.key == "jane-doe-11"
    assert jane.students == (Student("Jane Doe", sid="0301", email="jane@example.edu"),)
    assert (jane.submission_id, jane.submitted_at) == ("11", "2026-03-02T17:35:00.123456-08:00")
    assert (jane.problem, jane.remarks) == ("", ())
    assert files_of(jane) == {"submitted.py": SOURCE}


def test_several_submitters_are_one_hand_in(tmp_path: Path) -> None:
    """A group hands in once; what Ruby writes for nothing is no address."""
    pair = by_name(read(tmp_path, {"submission_metadata.yml": PAIR, **FOLDERS}))["José Núñez, 陳大文"]

    assert pair.students == (Student("José Núñez", sid="302"), Student("陳大文", sid="303"))
    assert pair.key == "jose-nunez-12"


def test_two_students_of_one_name_stay_apart(tmp_path: Path) -> None:
    """The submission's number tells them apart."""
    twice = JANE + JANE.replace("submission_11", "submission_12").replace("0301", "0302").replace("jane@", "jd@")
    export = read(tmp_path, {"submission_metadata.yml": twice, **FOLDERS})

    assert [hand_in.key for hand_in in export.hand_ins] == ["jane-doe-11", "jane-doe-12"]
    assert [hand_in.students[0].sid for hand_in in export.hand_ins] == ["0301", "0302"]


def test_student_in_two_submissions_is_remarked_on(tmp_path: Path) -> None:
    """A gradebook has one line for each student."""
    twice = JANE + JANE.replace("submission_11", "submission_12")
    export = read(tmp_path, {"submission_metadata.yml": twice, **FOLDERS})

    assert [hand_in.remarks for hand_in in export.hand_ins] == [
        ("Another submission names `Jane Doe`, too.",),
        ("Another submission names `Jane Doe`, too.",),
    ]


def test_entry_without_folder_has_nothing_to_grade(tmp_path: Path) -> None:
    """The student stays in the class, with the reason."""
    export = read(tmp_path, {"submission_metadata.yml": JANE + PAIR, "submission_12/submitted.py": SOURCE})
    jane = by_name(export)["Jane Doe"]

    assert jane.path is None
    assert jane.problem == "There is nothing to grade: the export has no `submission_11`."


def test_folder_without_entry_is_graded_all_the_same(tmp_path: Path) -> None:
    """It is somebody's."""
    export = read(tmp_path, {"submission_metadata.yml": JANE, **FOLDERS})
    (unknown,) = [hand_in for hand_in in export.hand_ins if not hand_in.students]

    assert unknown.path == tmp_path / "export/submission_12"
    assert unknown.who == unknown.key == "student-12"
    assert unknown.remarks == ("The export does not say who handed this in.",)


def test_metadata_count_up_to_where_they_break(tmp_path: Path) -> None:
    """One broken line must not cost the names of all who stand before it."""
    export = read(tmp_path, {"submission_metadata.yml": JANE + "submission_12:\n  :submitters: [", **FOLDERS})

    assert [hand_in.who for hand_in in export.hand_ins] == ["Jane Doe", "student-12"]
    assert export.complaints == (
        "`submission_metadata.yml` is broken (line 18: did not find expected node content). Entries before that "
        "are used (1). The students of all other submissions are unknown; their folders are graded all the same.",
    )


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"\x80\x04\x95",
        b"- a\n- b\n",
        b"{[",
        b"!!python/object/apply:os.abort []",
        b"%YAML 9.9\n---\n",
        b"a: &b *b",
    ],
)
def test_metadata_that_are_nothing_at_all_cost_only_the_names(metadata: bytes, tmp_path: Path) -> None:
    """All folders are graded, whoever handed them in."""
    root = laid_out(tmp_path / "export", {"submission_metadata.yml": metadata, **FOLDERS})
    graded = [h.path for h in read_export(root, tmp_path / "kept").hand_ins if h.path]

    assert graded == [root / "submission_11", root / "submission_12"]


def test_folders_alone_are_recognised(tmp_path: Path) -> None:
    """Somebody deleted the metadata."""
    export = read(tmp_path, FOLDERS)

    assert export.platform == "gradescope"
    assert "the students are unknown" in export.complaints[0]


def test_entry_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    """And those of the second are named, so that nobody vanishes."""
    second = JANE.replace("Jane Doe", "John Roe")
    export = read(tmp_path, {"submission_metadata.yml": JANE + second, "submission_11/submitted.py": SOURCE})

    assert [hand_in.who for hand_in in export.hand_ins] == ["Jane Doe"]
    assert export.complaints == (
        "`submission_metadata.yml` holds `submission_11` twice; the second, of `John Roe`, is left out.",
    )


def test_key_is_never_taken_for_a_path(tmp_path: Path) -> None:
    """`../elsewhere` in the metadata is a name that no folder of the export has."""
    laid_out(tmp_path / "elsewhere", {"submitted.py": SOURCE})
    export = read(tmp_path, {"submission_metadata.yml": JANE.replace("submission_11", "../elsewhere"), **FOLDERS})

    assert by_name(export)["Jane Doe"].path is None


def test_strays_beside_the_folders_are_named(tmp_path: Path) -> None:
    """They are neither graded nor silently dropped."""
    export = read(tmp_path, {"submission_metadata.yml": JANE + PAIR, **FOLDERS, "roster.csv": "", ".DS_Store": ""})

    assert export.complaints == ("`roster.csv`: the metadata do not list this; it is left out.",)


def test_only_archive_in_a_folder_is_the_upload(tmp_path: Path) -> None:
    """Students upload a zip, and Gradescope leaves some closed."""
    files = {"submission_metadata.yml": JANE, "submission_11/hw.zip": zip_bytes({"submitted.py": SOURCE})}
    jane = by_name(read(tmp_path, files))["Jane Doe"]

    assert jane.path == tmp_path / "export/submission_11/hw.zip"


def test_time_that_cannot_be_read_is_quoted(tmp_path: Path) -> None:
    """It is not made up, and not lost."""
    files = {"submission_metadata.yml": JANE.replace("2026-03-02 17:35:00.123456789 -08:00", "soon"), **FOLDERS}
    jane = by_name(read(tmp_path, files))["Jane Doe"]

    assert jane.submitted_at == ""
    assert jane.remarks == ("The export's time of submission, `soon`, cannot be read.",)
