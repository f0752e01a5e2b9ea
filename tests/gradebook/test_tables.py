"""The gradebook for people."""

import csv
import io
import random
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook.tables import ABOUT_A_STUDENT, gradebook_of, long_form_of, write_gradebook
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import Student
from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.system.files import UnwritableResults
from tests.gradebook.made import BY_HAND, FAILED, FAULTY, PASSED, a_class, a_report, a_row

HOSTILE_NAMES = [
    '=HYPERLINK("http://evil.example","A")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " \n =1+1",
    "＝1+1",
    "Ann;=1+1",
    'Ann";=1+1',
    "\u202e=1+1",
    "\x00=1+1",
    "\x1b[31m=1+1",
]
FORMULA_SIGNS = tuple("=+-@＝＋－＠\t\r")


def lines_of(path: Path) -> list[dict[str, str]]:
    """Return a CSV file's lines as Python's own reader parses them."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def written(result: ClassResult, folder: Path) -> dict[str, bytes]:
    """Return the files written for a class, by their names."""
    return {path.name: path.read_bytes() for path in write_gradebook(result, folder)}


def test_each_member_of_a_group_has_a_line() -> None:
    """Each member's line has the group's score, key and points."""
    group = a_row("group-1", Student("Ada", "1", "ada@x.edu"), Student("Bob", "2", "bob@x.edu"))

    frame = gradebook_of(a_class(group))

    assert list(frame["name"]) == ["Ada", "Bob"]
    assert list(frame["key"]) == ["group-1", "group-1"]
    assert list(frame["score"]) == [5.0, 5.0]
    assert list(frame["1.1 The length is right (5)"]) == [5.0, 5.0]


def test_columns_follow_the_rubric_and_items_for_a_person_are_empty() -> None:
    """Each test has a column with its points, and items for a person are left to fill in."""
    frame = gradebook_of(a_class(a_row("a", Student("Ada"))))

    assert list(frame.columns) == [
        *ABOUT_A_STUDENT,
        "1.1 The length is right (5)",
        "2.1 The shape is right (2.5)",
        "2.2 The story is told (by hand, 4)",
    ]
    assert frame["2.2 The story is told (by hand, 4)"].isna().all()
    assert list(frame["max score"]) == [7.5]


def test_statuses_distinguish_the_four_cases() -> None:
    """Graded, not gradable, not handed in and the harness's own fault are four different words with their reasons."""
    rows = (
        a_row("a", Student("Ada")),
        a_row("b", Student("Bob"), report=a_report(PASSED, problem="`submitted.py` is missing. Upload it.")),
        a_row("c", Student("Cyd"), problem="The export holds no folder of this student."),
        a_row("d", Student("Dan"), report=a_report(PASSED, FAULTY, BY_HAND)),
    )

    frame = gradebook_of(a_class(*rows))

    assert list(frame["status"]) == ["graded", "cannot be graded", "nothing handed in", "needs a person"]
    assert list(frame["note"]) == [
        "",
        "`submitted.py` is missing.",
        "The export holds no folder of this student.",
        "The harness failed in 2.1; these points are not judged.",
    ]
    assert pd.isna(frame["score"][2])
    assert list(frame["max score"]) == [7.5] * 4


def test_forfeited_result_is_zero_and_names_the_test() -> None:
    """A student who trains on the test set scores 0, and the note names the test."""
    report = a_report(PASSED, replace(FAILED, forfeits=True))

    frame = gradebook_of(a_class(a_row("a", Student("Ada"), report=report)))

    assert list(frame["score"]) == [0.0]
    assert list(frame["note"]) == ["All points are forfeited by 2.1."]


def test_hand_in_of_nobody_keeps_its_line() -> None:
    """Where the export names no student, the line still has the key."""
    frame = gradebook_of(a_class(a_row("folder-7")))

    assert list(frame["key"]) == ["folder-7"]
    assert list(frame["name"]) == [""]


def test_class_without_hand_ins_is_a_table_without_lines(tmp_path: Path) -> None:
    """An empty class gives files with headings only."""
    files = written(a_class(), tmp_path)

    assert set(files) == {"gradebook.csv", "tests.csv"}
    assert lines_of(tmp_path / "gradebook.csv") == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_spreadsheet_evaluates_a_name(name: str, tmp_path: Path) -> None:
    """An apostrophe precedes a name that is a formula, even for a spreadsheet that separates cells by semicolons."""
    write_gradebook(a_class(a_row("a", Student(name))), tmp_path)

    (line,) = lines_of(tmp_path / "gradebook.csv")
    raw = (tmp_path / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "1+1" in line["name"] or line["name"].startswith("'")
    assert not line["name"].startswith(FORMULA_SIGNS)
    assert not any(part.strip('" ').startswith(FORMULA_SIGNS) for part in raw[1].split(";"))


def test_seen_value_is_one_harmless_line(tmp_path: Path) -> None:
    """A student's message cannot be a formula, break the line, or reverse the text."""
    seen = Explanation(seen="=1+1\nsecond \u202eline\x07")
    write_gradebook(a_class(a_row("a", Student("Ada"), report=a_report(replace(FAILED, explanation=seen)))), tmp_path)

    (line,) = lines_of(tmp_path / "tests.csv")
    assert line["seen"] == "'=1+1 second line"


def test_long_form_has_a_line_for_each_student_and_test() -> None:
    """Tests without points have no weight, and items for a person say so."""
    group = a_row("g", Student("Ada"), Student("Bob"), report=a_report(PASSED, BY_HAND))

    frame = long_form_of(a_class(group, a_row("c", Student("Cyd"), problem="Nothing.")))

    assert list(frame["name"]) == ["Ada", "Ada", "Bob", "Bob"]
    assert list(frame["verdict"]) == ["passed", "by hand"] * 2
    assert list(frame["points"][:1]) == [5.0]
    assert pd.isna(frame["weight"][1])


def test_runs_that_took_different_times_give_the_same_bytes(tmp_path: Path) -> None:
    """No file contains a measured time, so the same class gives the same gradebook."""

    def run(seconds: float) -> Report:
        slow = replace(FAILED, verdict=Verdict.CPU_BUDGET, explanation=Explanation(seen=f"Stopped after {seconds} s."))
        return a_report(PASSED, slow, execution_s=seconds, cpu_s=seconds, problem=f"Too slow. After {seconds} s.")

    first = written(a_class(a_row("a", Student("Ada"), report=run(3.0))), tmp_path)
    second = written(a_class(a_row("a", Student("Ada"), report=run(4.0))), tmp_path)

    assert first == second


def test_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    """Lines are sorted by name, whatever the order of the class."""
    rows = [a_row(f"key-{n}", Student(f"Name {n % 4}", str(n), f"{n}@x.edu")) for n in range(12)]
    shuffled = random.Random(3).sample(rows, len(rows))

    assert written(a_class(*rows), tmp_path) == written(a_class(*shuffled), tmp_path)


def test_judging_again_replaces_the_files(tmp_path: Path) -> None:
    """The second writing leaves the new points, nothing of the old ones, and no temporary file."""
    before = a_class(a_row("a", Student("Ada")))
    after = a_class(a_row("a", Student("Ada"), report=a_report(PASSED, replace(FAILED, score=2.5), BY_HAND)))

    write_gradebook(before, tmp_path)
    paths = write_gradebook(after, tmp_path)

    assert lines_of(tmp_path / "gradebook.csv")[0]["score"] == "7.5"
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert stat.S_IMODE(paths[0].stat().st_mode) == 0o644


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file in the folder's place is an error that names it."""
    (tmp_path / "out").write_text("")

    with pytest.raises(UnwritableResults, match="out"):
        write_gradebook(a_class(), tmp_path / "out")


def test_excel_recognises_the_encoding(tmp_path: Path) -> None:
    """Files for people begin with a byte order mark, and pandas reads names of all scripts back."""
    names = ["Zoë Ångström", "李小龍", "محمد", 'O\'Neil, "Shaq"']
    write_gradebook(a_class(*(a_row(f"k{n}", Student(name)) for n, name in enumerate(names))), tmp_path)

    content = (tmp_path / "gradebook.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert sorted(pd.read_csv(tmp_path / "gradebook.csv")["name"]) == sorted(names)


@given(names=st.lists(st.text(max_size=40), max_size=6), seen=st.text(max_size=200), problem=st.text(max_size=60))
def test_any_text_gives_a_file_that_parses_back_and_runs_nothing(
    names: list[str], seen: str, problem: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever names and messages contain, each student has one line, and no cell is a formula."""
    folder = tmp_path_factory.mktemp("class")
    report = a_report(replace(FAILED, explanation=Explanation(seen=seen)), problem=problem)
    rows = [a_row(f"k{n}", Student(name, name, name, name), report=report) for n, name in enumerate(names)]

    write_gradebook(a_class(*rows), folder)

    for path, count in ((folder / "gradebook.csv", len(names)), (folder / "tests.csv", len(names))):
        lines = lines_of(path)
        assert len(lines) == count
        assert not any(value.startswith(FORMULA_SIGNS) for line in lines for value in line.values())
