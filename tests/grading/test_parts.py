"""An assignment in two parts, graded and handed out: a broken part costs its own tests, at home as well."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.project import PROJECT, Course
from autograder.scaffold.make import make_assignment

SLUG = "two_lines"
PARTS = ("partA/fit.py", "partB/fit.py")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with `line_fit` in two parts: one for its points and model, one for training and prediction."""
    course = Course.outside(tmp_path / "course")
    make_assignment(SLUG, "line_fit", course)
    manifest = course.definition(SLUG) / "assignment.toml"
    entry = f"entry = {json.dumps(PARTS)}"
    manifest.write_text(manifest.read_text().replace('required = ["submitted.py"]', entry))
    for folder in (course.reference(SLUG), course.template(SLUG)):
        source = (folder / "submitted.py").read_text()
        for part in PARTS:
            (folder / part).parent.mkdir()
            (folder / part).write_text("from solution import *\n")
            (folder / part).with_name("solution.py").write_text(source)
        (folder / "submitted.py").unlink()
    for suite in ("test_model.py", "test_heldout.py"):
        path = course.definition(SLUG) / suite
        body = '"""3. Training"""\n' if suite == "test_model.py" else '"""4. Held-out points"""\n'
        assert body in path.read_text()
        path.write_text(path.read_text().replace(body, f"{body}\n    part = {PARTS[1]!r}\n"))
    return course


def run(course: Course, *words: str, folder: Path | None = None) -> str:
    """Run a program in a course, or in another folder, and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-s", *words], cwd=folder or course.root, env=environment, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_broken_part_costs_its_own_tests(course: Course, tmp_path: Path) -> None:
    """The first part keeps its points; each test of the second says why it lost them."""
    broken = tmp_path / "broken"
    for part in PARTS:
        for name in ("fit.py", "solution.py"):
            (broken / part).parent.mkdir(parents=True, exist_ok=True)
            (broken / part).with_name(name).write_bytes((course.reference(SLUG) / part).with_name(name).read_bytes())
    (broken / PARTS[1]).write_text("import solution\nsolution.nothing_of_this_name\n")
    graded = run(
        course, "-m", "autograder", "grade", str(broken), "--assignment", SLUG, "--json", str(tmp_path / "out")
    )
    handed_out = run(course, "-m", "autograder", "handout", "-o", str(tmp_path / "handout.zip"))
    assert (tmp_path / "handout.zip").is_file(), handed_out
    with zipfile.ZipFile(tmp_path / "handout.zip") as archive:
        archive.extractall(tmp_path)
    for path in broken.rglob("*.py"):
        (tmp_path / SLUG / path.relative_to(broken)).write_bytes(path.read_bytes())
    at_home = run(course, "run_visible_tests.py", folder=tmp_path / SLUG)
    tests = {test["number"]: test for test in json.loads((tmp_path / "out").read_text())["tests"]}

    assert {number: test["score"] for number, test in tests.items()} == {
        "1.1": 2, "2.1": 2, "3.1": 0, "3.2": 0, "4.1": 0,
    }, graded  # fmt: skip
    assert "`partB/fit.py` could not be imported" in tests["3.1"]["output"]
    assert "nothing_of_this_name" in tests["3.1"]["output"]
    assert "`partB/fit.py` could not be imported" in " ".join(at_home.split())
    assert "4 of 7 points" in " ".join(at_home.split())
