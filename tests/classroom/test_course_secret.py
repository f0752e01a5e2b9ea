"""A class is graded with its course's secret, wherever its workers are, and notices another one."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from autograder import project
from autograder.classroom.grading_process import CannotGrade, GradingProcess
from autograder.classroom.judge import Judge, class_assignment
from autograder.classroom.protocol import Order, packed
from autograder.course import EXAMPLE, VARIABLE
from autograder.evidence.environment import environment
from autograder.evidence.store import MemoryStore

pytestmark = pytest.mark.slow
SLUG = "line_fit"


def run(secret: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a course with that secret."""
    variables: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(project.PROJECT), VARIABLE: secret}
    command = [sys.executable, "-s", "-P", "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=300)


def test_class_that_was_judged_with_another_secret_notices(tmp_path: Path) -> None:
    """A warning before the work, the change in the list, all uploads observed again, and the same points."""
    upload = tmp_path / "export" / "ada" / "submitted.py"
    upload.parent.mkdir(parents=True)
    upload.write_bytes((project.reference(SLUG) / "submitted.py").read_bytes() + b"\n# ada\n")
    out, ours = tmp_path / "out", "the secret of our course"
    graded = run(ours, "class", tmp_path / "export", "--out", out, "--assignment", SLUG, "--workers", "1")
    same = run(ours, "rejudge", out)
    example = run(EXAMPLE, "rejudge", out)
    back = run(ours, "class", tmp_path / "export", "--out", out, "--assignment", SLUG, "--workers", "1")

    assert (graded.returncode, same.returncode, example.returncode) == (0, 0, 0), graded.stderr + example.stderr
    assert "WARNING" not in graded.stderr + same.stderr
    assert "scores: median 10 of 10" in graded.stdout
    assert "Nothing changed" in same.stdout
    assert [line for line in example.stderr.splitlines() if "was judged with another secret (or seed)" in line]
    assert "was judged with another secret (or seed)" in back.stderr
    assert "changed: the assignment's seed or secret changed" in example.stdout
    assert "1 uploads were observed again" in example.stdout
    assert "0 of 1 hand-ins have another score" in " ".join(example.stdout.split())
    assert not any(ours.encode() in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_machine_without_the_courses_file_grades_with_its_secret() -> None:
    """The secret comes with the order; with another one the machine would refuse as a different copy."""
    assignment = msgspec.structs.replace(class_assignment(SLUG), secret="that of another machine")
    order = Order(
        assignment=SLUG,
        profile="embedded",
        threads=assignment.threads,
        secret=assignment.secret,
        unsafe=False,
        rubric=Judge(assignment, "embedded", MemoryStore({})).rubric.digest,
        environment=environment(assignment),
        reference={},
        patience_s=60,
    )
    GradingProcess(packed(order)).stop()
    with pytest.raises(CannotGrade, match="its copy of the project or of the data differs"):
        GradingProcess(packed(msgspec.structs.replace(order, secret="a third one")))
