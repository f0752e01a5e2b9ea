"""The package that pip installs holds all that the commands need, and hands over to them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from autograder.commands import installed
from autograder.project import PROJECT
from tests.classroom.varied import COPIED

CONTENT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
HOME = "autograder_home/"


def test_package_holds_all_that_grading_needs() -> None:
    """Under the same names as in the repository, in one folder that people's tools find."""
    files = CONTENT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    inside = {source: target for source, target in files.items() if target.startswith(HOME)}

    assert inside == {source: f"{HOME}{source}" for source in inside}
    assert inside.keys() >= {*COPIED, "run_autograder"}
    assert all((PROJECT / source).exists() for source in files)
    assert (PROJECT / "requirements/autograder.pth").read_text() == f"{HOME.rstrip('/')}\n"


def test_commands_bring_no_packages() -> None:
    """Pip would choose other versions than the pinned ones, and builds of torch with CUDA."""
    assert "dependencies" not in CONTENT["project"]
    assert set(CONTENT["project"]["scripts"].values()) == {f"{installed.__name__}:main"}


def laid_out(folder: Path) -> Path:
    """Lay out an installed package whose `run_autograder` prints its arguments; return the file of the command."""
    home = folder / HOME
    command = home / "autograder" / "commands" / "installed.py"
    command.parent.mkdir(parents=True)
    command.write_text(Path(installed.__file__).read_text())
    (home / "run_autograder").write_text('#!/bin/sh\necho "$AUTOGRADER_PYTHON" "$@"\necho "$AUTOGRADER_CALLED"\n')
    (home / "run_autograder").chmod(0o755)
    return command


def run(command: Path, python: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run an installed command without any package."""
    program = f"import runpy; runpy.run_path({str(command)!r})['main']()"
    return subprocess.run([python, "-I", "-c", program, *words], env={}, capture_output=True, text=True)


def test_command_hands_over_with_its_arguments(tmp_path: Path) -> None:
    """It needs none of the packages, and the environment is made with the Python that pip installed for."""
    done = run(laid_out(tmp_path), sys.executable, "grade", "a file.py", "--json", "out")

    arguments, called = done.stdout.splitlines()

    assert arguments.split() == [sys.executable, "grade", "a", "file.py", "--json", "out"], done.stderr
    assert called == "-c"  # which messages repeat, so that their commands can be copied


def test_outside_of_an_environment_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sandbox reads the files of Python, and hidden tests would lie among them."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(installed.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as left:
        installed.main()

    assert left.value.code == 2
    assert "install it into a virtual environment" in capsys.readouterr().err
