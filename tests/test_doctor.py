"""The doctor's table gives advice in words."""

from io import StringIO

from click.testing import CliRunner
from rich.console import Console

from autograder.commands import main
from autograder.commands.doctor import conclusion, table_of
from autograder.sandbox.self_check import Finding, SelfCheck
from autograder.wire.layers import Need
from tests.helpers import layer

WALL = Finding(layer("a wall"), True, "of stone")
MOAT = Finding(layer("a moat", advice="dig"), False, "dry", missed=True)
HEDGE = Finding(layer("a hedge", Need.WHERE_PERMITTED, "nothing"), False)


def test_table_shows_what_is_required_missing_and_to_be_done() -> None:
    """A missing layer that is required looks different from one that is merely missing."""
    console = Console(width=140, file=StringIO(), highlight=False)
    console.print(table_of((WALL, MOAT, HEDGE)))
    rows = [line.split("│") for line in console.file.getvalue().splitlines() if "│" in line]

    assert [row[2].strip() for row in rows] == ["yes: of stone", "NO: dry", "no"]
    assert [row[4].strip() for row in rows] == ["", "dig", "nothing"]


def test_conclusion_counts_failed_attacks() -> None:
    """If every attempt failed, the machine can grade."""
    text = conclusion(SelfCheck((WALL,), {"become root": False}), (WALL, HEDGE)).plain

    assert text == (
        "This machine can grade: 1 of 2 layers are active; 1 attempts on the grader were made, and all failed."
    )


def test_conclusion_refuses_where_an_attempt_succeeded() -> None:
    """If one succeeded, the conclusion names it, and gives advice."""
    text = conclusion(SelfCheck((MOAT,), {"become root": True}), (MOAT,)).plain

    assert "could become root" in text
    assert "--unsafe" in text


def test_doctor_attacks_this_machine() -> None:
    """The command prints every layer, and attacks this machine as other tests do."""
    shown = CliRunner().invoke(main.cli, ["doctor"])

    assert shown.exit_code == 0, shown.output
    for name in ("system-call filter", "mount namespace", "Landlock", "no survivors"):
        assert name in shown.output
    assert "This machine can grade" in shown.output
