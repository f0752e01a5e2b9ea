"""The workflows of `docs/github` contain valid YAML, shell and commands."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder import project
from autograder.commands import main
from autograder.commands.formats import FORMATS

WORKFLOWS = sorted((project.PROJECT / "docs" / "github").glob("*.yml"))


def steps(path: Path) -> list[dict[str, Any]]:
    """Return the steps of a workflow's only job."""
    (job,) = yaml.safe_load(path.read_text())["jobs"].values()
    return list(job["steps"])


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Path:
    """Each workflow in turn."""
    return Path(request.param)


def test_every_script_is_valid_shell(workflow: Path) -> None:
    """A misplaced quote is found here, not on a runner."""
    scripts = [step["run"] for step in steps(workflow) if "run" in step]

    assert scripts
    for script in scripts:
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_every_grading_is_a_valid_command(workflow: Path) -> None:
    """Its options and formats are those of the command line."""
    scripts = "\n".join(step.get("run", "") for step in steps(workflow)).replace("\\\n", " ")
    commands = [shlex.split(line)[1:] for line in scripts.splitlines() if line.strip().startswith("./run_autograder")]

    assert commands
    for name, *arguments in commands:
        context = main.cli.commands[name].make_context(name, arguments)
        assert context.params["path"]


def test_no_input_is_inserted_into_a_script(workflow: Path) -> None:
    """An input reaches a script as a variable; as text in the script, it could be a command."""
    assert not [step for step in steps(workflow) if "${{" in step.get("run", "")]


def test_token_is_not_left_in_the_graded_folder() -> None:
    """A submission can read its own folder."""
    (checkout,) = [
        step for step in steps(project.PROJECT / "docs/github/grade-a-repository.yml")
        if "token" in step.get("with", {})
    ]  # fmt: skip

    assert checkout["with"]["persist-credentials"] is False


def test_document_names_every_format_and_workflow() -> None:
    """An operator finds everything in one place."""
    text = (project.PROJECT / "docs" / "front-doors.md").read_text()

    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) == set(FORMATS)
    assert set(re.findall(r"\(github/([\w-]+\.yml)\)", text)) == {path.name for path in WORKFLOWS}
