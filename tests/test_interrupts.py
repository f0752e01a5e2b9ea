"""Ctrl-C at a terminal reaches all processes of a command: it ends them at once, and says no more than needed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import project

STARTED = "starting the sandboxes"


def begin(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start a command in a separate process group, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", "autograder", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(project.PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # ignored in the background
    )


def press_ctrl_c(process: subprocess.Popen[str]) -> str:
    """Interrupt the whole group; return what the command prints until it ends."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=60)[0]


@pytest.mark.parametrize("after_s", [0.0, 2.0])
def test_class_is_interrupted_with_a_sentence(tmp_path: Path, after_s: float) -> None:
    """While the cluster starts, half of it cannot be closed; later its connections break in many places."""
    shutil.copytree(project.reference("line_fit"), tmp_path / "class" / "ann")
    with begin("class", tmp_path / "class", "--out", tmp_path / "out", "--assignment", "line_fit") as process:
        assert process.stdout
        assert any(STARTED in line for line in process.stdout)
        time.sleep(after_s)
        said = press_ctrl_c(process)

    assert said.strip() == "stopped; run the same command again to go on from here"
    assert process.returncode == 130


@pytest.mark.parametrize("command", ["verify", "bundle"])
@pytest.mark.parametrize("after_s", [0.3, 3.0])
def test_other_commands_are_interrupted_without_a_traceback(command: str, after_s: float, tmp_path: Path) -> None:
    """Neither while they import, nor while the processes that they start import."""
    output = ["-o", tmp_path / "bundle.zip"] if command == "bundle" else []
    with begin(command, "--assignment", "line_fit", *output) as process:
        time.sleep(after_s)
        said = press_ctrl_c(process)

    assert process.returncode == 130
    assert "Traceback" not in said
    assert "KeyboardInterrupt" not in said
