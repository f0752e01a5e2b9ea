"""The messages of `handout` and `new` at the command line."""

import sys
from pathlib import Path

import pytest

from autograder import project
from autograder.commands import main


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["handout", "-o", "{folder}/a.zip"], "which assignment is meant? Add --assignment with one of"),
        (["handout", "--assignment", "nothing", "-o", "{folder}/a.zip"], "there is no assignment 'nothing'"),
        (["new"], "Missing argument 'NAME'"),
        (["new", "line_fit"], "fixtures/line_fit exists already: use another name"),
        (["new", "drawing"], "fixtures/drawing exists already: use another name"),
        (["new", "My Course"], "'My Course' is not a valid assignment name: use small letters"),
        (["new", "praise", "--like", "nothing"], "there is no assignment 'nothing' to copy: use one of"),
    ],
)
def test_unusable_command_exits_with_2(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Each mistake that an author can mend gets a sentence, and nothing is written."""
    before = project.slugs()
    monkeypatch.setattr(sys, "argv", ["run_autograder", *(word.format(folder=tmp_path) for word in arguments)])
    with pytest.raises(SystemExit) as left:
        main.main()

    assert left.value.code == 2
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert project.slugs() == before
    assert not list(tmp_path.iterdir())
