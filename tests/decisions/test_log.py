"""The log of decisions: whole entries, from several processes, and none of them lost or changed."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.decisions.log import FILE, DecisionLog, new_decision
from autograder.decisions.threads import threads_of
from autograder.model.decision import Decision, DecisionKind
from autograder.model.failures import UnusableInput

POINTS = DecisionKind.POINTS
KEEP_DECIDING = """
import sys
from pathlib import Path
from autograder.decisions.log import DecisionLog, new_decision
from autograder.model.decision import DecisionKind
log = DecisionLog(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    one = new_decision(sys.argv[3], DecisionKind.POINTS, student=f"s{number}", item="T.t", points=1.0, comment="ü" * 50)
    log.append([one])
    print(one.id, flush=True)
"""


def given(points: float, **values: object) -> Decision:
    """Return a decision on one item of one student."""
    return new_decision("Ada", POINTS, **{"student": "s1", "item": "T.t", "points": points, **values})


def deciding(folder: Path, how_many: int, who: str) -> "subprocess.Popen[str]":
    """Start a process that makes decisions, and prints the id of each one that was kept."""
    command = [sys.executable, "-c", KEEP_DECIDING, str(folder), str(how_many), who]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})


def test_entries_come_back_as_they_were_said(tmp_path: Path) -> None:
    """All fields, in any script."""
    said = [
        new_decision("Gräfin ‏ξ", POINTS, student="s1", item="T.t", lines=("a", "b"), comment="line 1\nline 2 😀"),
        new_decision("Ada", DecisionKind.NOTE, student="s1", file="a/b.py", line=3, comment="why?"),
    ]
    log = DecisionLog(tmp_path)
    log.append(said)

    assert list(log.entries()) == said
    assert list(log.entries(after=1)) == said[1:]


def test_folder_without_a_log_gets_none_by_reading(tmp_path: Path) -> None:
    """A class that nobody has graded by hand stays as it is."""
    assert DecisionLog(tmp_path).entries() == ()
    assert list(tmp_path.iterdir()) == []


def test_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It names students and their points."""
    DecisionLog(tmp_path).append([given(1)])

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("statement", ["UPDATE decisions SET points = 5", "DELETE FROM decisions"])
def test_nobody_changes_what_was_said(tmp_path: Path, statement: str) -> None:
    """Not even somebody who opens the file with SQLite."""
    DecisionLog(tmp_path).append([given(1)])
    with sqlite3.connect(tmp_path / FILE) as database, pytest.raises(sqlite3.IntegrityError, match="never"):
        database.execute(statement)

    assert DecisionLog(tmp_path).entries()[0].points == 1


def test_all_or_none_of_several_entries_are_kept(tmp_path: Path) -> None:
    """The second one is there already."""
    log, first = DecisionLog(tmp_path), given(1)
    log.append([first])
    with pytest.raises(UnusableInput, match="UNIQUE"):
        log.append([given(2), first])

    assert log.entries() == (first,)


def test_kill_in_the_middle_loses_nothing_that_was_said(tmp_path: Path) -> None:
    """Every decision whose id was printed is there, and the next grader goes on."""
    process = deciding(tmp_path, 100_000, "Ada")
    assert process.stdout
    said = [process.stdout.readline().strip() for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().split()
    process.wait()
    kept = [one.id for one in DecisionLog(tmp_path).entries()]
    DecisionLog(tmp_path).append([given(2)])

    assert kept[: len(said)] == said[:-1] + kept[len(said) - 1 : len(said)]  # the last line may be cut
    assert len(kept) - len(said) <= 1
    assert len(DecisionLog(tmp_path).entries()) == len(kept) + 1


def test_two_graders_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each waits for the other's milliseconds."""
    both = [deciding(tmp_path, 40, who) for who in ("Ada", "Grace")]
    said = [line for process in both for line in process.communicate()[0].split()]

    assert sorted(one.id for one in DecisionLog(tmp_path).entries()) == sorted(said)
    assert len(said) == 80


def test_file_that_is_no_log_is_a_line_with_what_to_do(tmp_path: Path) -> None:
    """Such as one that a text editor saved."""
    (tmp_path / FILE).write_text("my notes on the class, " * 100)
    with pytest.raises(UnusableInput, match="move it away"):
        DecisionLog(tmp_path).entries()


def test_later_decision_that_knows_the_first_replaces_it() -> None:
    """And both stay in the thread."""
    first = given(1)
    second = given(2, seen=first.id)
    thread = threads_of([first, second]).on("s1", "T.t")

    assert (thread.in_force, thread.rivals, thread.entries) == (second, (), (first, second))


def test_decision_that_did_not_know_the_first_is_a_rival_until_somebody_decides() -> None:
    """The first one stays in force; who has seen only one of them cannot end the clash."""
    first, rival, unaware = given(1), given(2), given(3)
    unaware = given(3, seen=first.id)
    clash = threads_of([first, rival, unaware]).on("s1", "T.t")
    settled = given(2.5, seen=clash.tip)

    assert (clash.in_force, clash.rivals) == (first, (rival, unaware))
    assert threads_of([first, rival, unaware, settled]).on("s1", "T.t").in_force == settled
    assert threads_of([first, rival, unaware, settled]).on("s1", "T.t").rivals == ()


def test_two_people_who_say_the_same_do_not_clash() -> None:
    """Whoever grades twice by accident is not asked about it."""
    assert threads_of([given(1), given(1)]).on("s1", "T.t").rivals == ()


def test_undo_is_an_entry_and_can_be_undone() -> None:
    """It brings back what was in force before."""
    first = given(1)
    second = given(2, seen=first.id)
    undo = new_decision("Ada", DecisionKind.UNDO, undoes=second.id, seen=second.id)
    again = new_decision("Ada", DecisionKind.UNDO, undoes=undo.id, seen=undo.id)
    none = new_decision("Ada", DecisionKind.UNDO, undoes=first.id, seen=first.id)

    assert threads_of([first, second, undo]).on("s1", "T.t").in_force == first
    assert threads_of([first, second, undo, again]).on("s1", "T.t").in_force == second
    assert threads_of([first, none]).on("s1", "T.t").in_force is None


def test_note_is_there_until_it_is_taken_back() -> None:
    """Two notes on one line do not clash."""
    one, other = (
        new_decision(who, DecisionKind.NOTE, student="s1", file="a.py", line=3, comment=who) for who in ("Ada", "Grace")
    )
    undo = new_decision("Ada", DecisionKind.UNDO, undoes=one.id, seen=one.id)

    assert threads_of([one, other]).notes == {"s1": (one, other)}
    assert threads_of([one, other, undo]).notes == {"s1": (other,)}
