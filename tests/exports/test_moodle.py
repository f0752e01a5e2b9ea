"""Moodle's downloads: a folder, or loose files, for each participant."""

from pathlib import Path

import pytest

from autograder.model.hand_in import Student
from tests.exports.made import SOURCE, by_name, files_of, read
from tests.helpers import zip_bytes


@pytest.mark.parametrize("ending", ["_assignsubmission_file_/submitted.py", "_assignsubmission_file/submitted.py",
                                    "_assignsubmission_file_submitted.py"])  # fmt: skip
def test_participants_have_a_folder_or_loose_files(ending: str, tmp_path: Path) -> None:
    """With the underscore of older Moodles, without it, and without folders."""
    export = read(tmp_path, {f"Jane Doe_12{ending}": SOURCE, f"陳大文_13{ending}": SOURCE * 2})
    jane, other = export.hand_ins

    assert export.platform == "moodle"
    assert (jane.key, jane.students) == ("jane-doe-12", (Student("Jane Doe", platform_id="12"),))
    assert (other.key, other.students) == ("student-13", (Student("陳大文", platform_id="13"),))
    assert files_of(jane) == {"submitted.py": SOURCE}
    assert export.complaints == ()


def test_two_students_of_one_name_stay_apart(tmp_path: Path) -> None:
    """The participant's number tells them apart."""
    export = read(tmp_path, {f"Jane Doe_{i}_assignsubmission_file_/s.py": SOURCE for i in (1, 2)})

    assert [hand_in.key for hand_in in export.hand_ins] == ["jane-doe-1", "jane-doe-2"]


@pytest.mark.parametrize("word", ["Participant", "Teilnehmer in"])
def test_anonymous_participants_are_called_by_their_numbers(word: str, tmp_path: Path) -> None:
    """All have one name, in the language of the site."""
    export = read(tmp_path, {f"{word}_{i}_assignsubmission_file_/s.py": SOURCE for i in (7, 8)})

    assert [hand_in.who for hand_in in export.hand_ins] == [f"{word} 7", f"{word} 8"]
    assert [hand_in.students[0].platform_id for hand_in in export.hand_ins] == ["7", "8"]


def test_members_of_a_team_are_graded_one_by_one(tmp_path: Path) -> None:
    """Moodle gives each the same files, and writes the team before the name."""
    export = read(tmp_path, {f"Team 1-{who}_assignsubmission_file_/s.py": SOURCE for who in ("Anne-Marie_1", "Bob_2")})

    assert [hand_in.who for hand_in in export.hand_ins] == ["Team 1-Anne-Marie", "Team 1-Bob"]


def test_team_without_a_number_is_a_hand_in(tmp_path: Path) -> None:
    """Those in no group share one folder."""
    export = read(
        tmp_path, {"Team A_5_assignsubmission_file/s.py": SOURCE, "Default group_assignsubmission_file/s.py": ""}
    )

    assert [(h.key, h.students[0].platform_id) for h in export.hand_ins] == [("default-group", ""), ("team-a-5", "5")]


def test_online_texts_are_named_and_not_graded(tmp_path: Path) -> None:
    """Who has nothing else stays in the class."""
    files = {
        "Jane_1_assignsubmission_file_/submitted.py": SOURCE,
        "Jane_1_assignsubmission_onlinetext_/onlinetext.html": "",
        "Bob_2_assignsubmission_onlinetext_/onlinetext.html": "",
    }
    export = read(tmp_path, files)

    assert by_name(export)["Jane"].problem == ""
    assert by_name(export)["Bob"].problem == "There is nothing to grade: something was handed in, but no file."
    assert export.complaints == (
        "Work that was not handed in as files is not graded: `Bob_2_assignsubmission_onlinetext_`, "
        "`Jane_1_assignsubmission_onlinetext_`.",
    )


def test_empty_folder_has_nothing_to_grade_and_an_archive_is_the_upload(tmp_path: Path) -> None:
    """Files that operating systems leave behind do not fill a folder."""
    files = {
        "Jane_1_assignsubmission_file_/.DS_Store": "",
        "Bob_2_assignsubmission_file_/hw.zip": zip_bytes({"submitted.py": SOURCE}),
    }
    both = by_name(read(tmp_path, files))

    assert both["Jane"].problem == "There is nothing to grade: the folder `Jane_1_assignsubmission_file_` is empty."
    assert both["Bob"].path == tmp_path / "export/Bob_2_assignsubmission_file_/hw.zip"


def test_participant_with_two_folders_has_one_hand_in(tmp_path: Path) -> None:
    """Two downloads were mixed; what is passed over is named."""
    files = {"Jane_1_assignsubmission_file/a.py": SOURCE, "Jane_1_assignsubmission_file_/b.py": SOURCE}
    (jane,) = read(tmp_path, files).hand_ins

    assert files_of(jane) == {"a.py": SOURCE}
    assert jane.remarks == ("Ignored: `Jane_1_assignsubmission_file_`, which lies beside the folder that is graded.",)


def test_strays_are_named(tmp_path: Path) -> None:
    """They do not change what the export is."""
    export = read(tmp_path, {"Jane_1_assignsubmission_file_/a.py": SOURCE, "grades.csv": ""})

    assert export.complaints == ("`grades.csv`: this is not one of Moodle's folder names; it is left out.",)
