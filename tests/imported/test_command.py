"""The command says what it has made, how the tests will run, and why."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder import project
from autograder.commands import import_suite as command
from autograder.commands.main import cli
from autograder.imported.make import Imported
from autograder.imported.read_suite import read_tests
from autograder.model.failures import UnusableInput
from autograder.model.imported_suite import ImportedSuite

TESTS = read_tests({"tests/test_a.py": b"".join(b"def test_%d(): pass\n" % number for number in range(7))})


@pytest.mark.parametrize("mode", ["split", "inside"])
def test_command_names_the_mode_and_the_reasons(mode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five reasons are enough, and the rest are counted."""
    reasons = {} if mode == "split" else {test: "a Linear\ncannot cross" for test in TESTS}
    made = Imported("a_course", ImportedSuite(mode, {}, (), TESTS), reasons)
    monkeypatch.setattr(command, "import_suite", lambda folder, **options: made)
    said: list[str] = []
    monkeypatch.setattr(command.console, "note", said.append)
    command.import_and_show(Path("a_course"))

    assert said[0] == "imported 7 tests with 7 points as a_course"
    assert said[1].startswith(f"mode: {mode}. ")
    assert said[2:-1] == (
        []
        if mode == "split"
        else [f"  cannot be split: tests/test_a.py: test_{number}: a Linear cannot cross" for number in range(5)]
        + ["  … and 2 more"]
    )
    assert "run_autograder verify --assignment a_course; then" in said[-1]


def test_next_command_names_the_course_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the option it would look for the assignment in another course."""
    made = Imported("a_course", ImportedSuite("split", {}, (), TESTS), {})
    monkeypatch.setattr(command, "import_suite", lambda folder, **options: made)
    monkeypatch.setattr(project, "use_course", lambda root: None)
    found = CliRunner().invoke(cli, ["import", str(tmp_path), "--course", "../my course"])

    assert "verify --assignment a_course --course '../my course';" in " ".join(found.output.split())


def test_options_reach_the_import(tmp_path: Path) -> None:
    """A reference that is named and not there is refused as such."""
    found = CliRunner().invoke(
        cli, ["import", str(tmp_path), "--name", "a_course", "--reference", str(tmp_path / "no")]
    )

    assert isinstance(found.exception, UnusableInput)
    assert str(found.exception) == f"{tmp_path / 'no'}: there is no such file or folder"
