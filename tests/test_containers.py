"""The files that build and start containers fit the project, and an image grades if an engine is there."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from autograder.commands import main
from autograder.project import PROJECT
from tests.machines import Machine, containers

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
SERVICES = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
GRADE = ("env", "PYTHONPATH=.", ".venv/bin/python", "-m", "autograder", "grade", "reference_solution/line_fit")


@pytest.mark.parametrize("system", ["Darwin", "MINGW64_NT-10.0"])
def test_other_systems_are_told_the_one_command(system: str, tmp_path: Path) -> None:
    """Nothing is set up there; the command has the same arguments."""
    (tmp_path / "uname").write_text(f"#!/bin/sh\necho {system}\n")
    (tmp_path / "uname").chmod(0o755)
    done = subprocess.run(
        [PROJECT / "run_autograder", "grade", "my work.py"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert f"docker compose -f {PROJECT}/compose.yaml run --rm autograder grade my\\ work.py" in done.stderr


def test_dockerfile_copies_what_is_there() -> None:
    """A folder that moves must move there, too."""
    copied = re.findall(r"^COPY (?:--chown=\S+ )?(?!\$)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {name for line in copied for name in line.split()} - {"."}

    assert {"setup.sh", "requirements", "run_autograder", "autograder", "fixtures"} <= sources
    assert [name for name in sources if not (PROJECT / name).exists()] == []


def test_compose_starts_targets_and_commands_that_exist() -> None:
    """The desk in a container listens beyond it, and its port is published on this machine alone."""
    targets = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE)
    name, *arguments = SERVICES["desk"]["command"]
    desk = main.cli.commands[name].make_context(name, arguments)

    assert {service["build"]["target"] for service in SERVICES.values()} <= set(targets)
    assert desk.params["address"] == "0.0.0.0"
    assert SERVICES["desk"]["ports"] == [f"127.0.0.1:{desk.params['port']}:{desk.params['port']}"]


@pytest.mark.parametrize("machine", [*containers()], ids=lambda machine: machine.name)
def test_container_grades(machine: Machine) -> None:
    """The reference solution earns full marks in each kind of container."""
    if machine.missing:
        pytest.skip(machine.missing)
    done = machine.run(GRADE, timeout_s=900)

    assert done.returncode == 0, done.stdout
    assert "10 / 10" in done.stdout
