"""The log as a table: there and back, and rows by hand."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.decisions.log import DecisionLog, new_decision
from autograder.decisions.table import Item, Names, from_table, to_table
from autograder.decisions.threads import threads_of
from autograder.gradebook.cells import FORMULA
from autograder.model.decision import Decision, DecisionKind
from autograder.model.failures import UnusableInput

ITEMS = (Item("T.test", "1.1", 5.0, is_by_hand=False), Item("T.item", "2.3", 4.0, is_by_hand=True))
NAMES = Names(ITEMS, {(student, one.key): f"{student} {one.number}" for student in ("ada", "bo") for one in ITEMS})
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30) | st.sampled_from(
    ["=1+1", "'=1", "''=1", "a; =b", "-1", "@x", "'", "x\r\ny", '"', "＝1"]
)
ids = st.text("abcdef0123456789", min_size=1, max_size=8)
decisions = st.builds(
    Decision, ids, st.just("2026-11-29T13:00:00.000+00:00"), texts, st.sampled_from(DecisionKind), texts, texts,
    st.none() | st.floats(allow_nan=False, allow_infinity=False), st.lists(ids, max_size=3).map(tuple), texts, texts,
    texts, st.integers(0, 10**6), ids, ids, ids,
).filter(lambda one: one.kind is not DecisionKind.LINE or len(one.lines) == 1)  # fmt: skip


@given(st.lists(decisions, max_size=4))
def test_table_gives_the_same_log(log: list[Decision]) -> None:
    """And none of its cells is a formula, whatever anybody wrote."""
    table = to_table(log)
    cells = [
        row[name] for row in csv.DictReader(io.StringIO(table, newline="")) for name in ("by", "reason", "comment")
    ]

    assert from_table(table, "Ada", NAMES, ()) == log
    assert not any(FORMULA.search(cell) for cell in cells)


def test_row_without_id_is_a_new_decision_that_knows_the_last_one() -> None:
    """It replaces what was in force; the number stands for the key."""
    first = new_decision("Ada", DecisionKind.POINTS, student="bo", item="T.item", points=1.0)
    (row,) = from_table("\ufeffstudent,item,points,comment\nbo,2.3,3.5,Good\n", "Grace", NAMES, (first,))

    assert (row.by, row.item, row.points, row.comment, row.verdict) == ("Grace", "T.item", 3.5, "Good", "bo 2.3")
    assert threads_of([first, row]).on("bo", "T.item").in_force == row


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("zoe,2.3,1,", "zoe"),
        ("bo,9.9,1,", "9.9"),
        ("bo,2.3,5,", "from 0 to 4"),
        ("bo,2.3,nan,", "use a number"),
        ("bo,2.3,,", "from 0 to 4"),
        ("bo,1.1,3,", "say why 1.1"),
    ],
)
def test_row_that_cannot_be_meant_is_refused_with_its_place(row: str, said: str) -> None:
    """Nothing of the table is taken."""
    with pytest.raises(UnusableInput, match=rf"row 3: .*{said}"):
        from_table(f"student,item,points,reason\nbo,2.3,1,\n{row}\n", "Ada", NAMES, ())


def test_unknown_column_is_refused_with_the_known_ones() -> None:
    """A misspelt column would lose what stands in it."""
    with pytest.raises(UnusableInput, match=r"pionts: use the columns id, at, by"):
        from_table("student,item,pionts\n", "Ada", NAMES, ())


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    """The ids say what is there already; one that says something else is refused."""
    log = DecisionLog(tmp_path)
    said = new_decision("Ada", DecisionKind.POINTS, student="bo", item="T.item", points=1.0)
    table = to_table([said])

    assert log.merge(from_table(table, "Ada", NAMES, ())) == 1
    assert log.merge(from_table(table, "Ada", NAMES, log.entries())) == 0
    with pytest.raises(UnusableInput, match="something else"):
        log.merge(from_table(table.replace("1.0", "2.0"), "Ada", NAMES, ()))
