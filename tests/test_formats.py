"""`grade --as` writes other platforms' formats; a printed format is the only output."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from junitparser import JUnitXml

from autograder.commands import grade as grade_command
from autograder.commands import main
from autograder.commands.formats import FORMATS
from autograder.grading.durable_results import DurableResults
from autograder.grading.request import Request
from autograder.model.outcome import Explanation, Outcome
from autograder.model.report import Report
from tests.helpers import report_of
from tests.rendering.test_gradescope import line

Grade = Callable[..., int]
HIDDEN = line(title="Held-out accuracy", visibility="hidden", score=1.0, explanation=Explanation(seen="0.12"))


@pytest.fixture
def grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Grade:
    """Grade an upload whose report has a hidden test, with these arguments; return the exit status."""
    upload = tmp_path / "line_fit" / "submitted.py"
    upload.parent.mkdir()
    upload.write_text("")

    def graded(request: Request, results: DurableResults, on_outcome: Callable[[Outcome], None]) -> Report:
        report = report_of(line(), HIDDEN)
        for outcome in report.outcomes:
            on_outcome(outcome)
        return report

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr(grade_command, "grade", graded)
        monkeypatch.setattr(sys, "argv", ["run_autograder", "grade", str(upload), *map(str, arguments)])
        try:
            main.main()
        except SystemExit as left:
            return int(left.code or 0)
        return 0

    return run


def test_formats_are_written_beside_the_report(
    grade: Grade, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One grading serves several platforms, and the staff's report is complete."""
    status = grade("--as", "junit", tmp_path / "new" / "g.xml", "--as", "prairielearn", tmp_path / "p.json")
    cases = [case.name for suite in JUnitXml.fromfile(str(tmp_path / "new" / "g.xml")) for case in suite]

    assert status == 0
    assert cases == ["1.1 It works.", "1 hidden test"]
    assert json.loads((tmp_path / "p.json").read_text())["score"] == 0.6
    assert "6 / 10" in capsys.readouterr().out


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_printed_format_does_not_reveal_hidden_tests(
    form: str, grade: Grade, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Platforms show standard output to students, and some of them standard error as well."""
    status = grade("--as", form, "-")
    printed, said = capsysbinary.readouterr()

    assert status == 0
    assert "1 hidden test" in printed.decode()
    assert b"Held-out" not in printed + said
    assert b"0.12" not in printed + said


def test_autolab_finds_the_points_in_the_last_line(grade: Grade, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Nothing is printed after it."""
    grade("--as", "autolab", "-")
    last = capsysbinary.readouterr().out.decode().splitlines()[-1]

    assert json.loads(last) == {"scores": {"1. Suite": 5.0, "Hidden tests": 1.0}}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as", "junit", "{folder}"], "cannot be written: Is a directory"),
        (["--as", "junit", "-", "--as", "markdown", "-"], "only one format can be printed"),
        (["--as", "canvas", "r.csv"], "'canvas' is not one of"),
    ],
)
def test_unwritable_format_is_reported_before_the_grading(
    arguments: list[str], told: str, grade: Grade, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a training whose result has no place."""
    status = grade(*(word.format(folder=tmp_path) for word in arguments))
    said = capsys.readouterr()

    assert status == 2
    assert told in " ".join(said.err.split())
    assert said.out == ""
