"""A course in a separate folder: everything works there, and the harness stays as it is."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder import project
from autograder.course import VARIABLE, effective
from autograder.project import Course
from autograder.scaffold.course import HARNESS, make_course
from autograder.scaffold.make import make_assignment

SLUG = "parabola_fit"


def run(folder: Path, *words: str, harness: Path = project.PROJECT, status: int = 0) -> str:
    """Run the command line in a folder, require its exit status, and return what it says."""
    environment = {name: value for name, value in os.environ.items() if name not in (project.COURSE_VARIABLE, VARIABLE)}
    done = subprocess.run(
        [sys.executable, "-s", "-P", "-m", "autograder", *words],
        cwd=folder, env={**environment, "PYTHONPATH": str(harness)}, capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_everything_works_in_a_course_that_begins_as_an_empty_folder(tmp_path: Path) -> None:
    """From `new` to the graded class, the bundle's own entry and the handout at a student's home."""
    course = tmp_path / "course"
    made = run(tmp_path, "new", SLUG, "--course", str(course), "--like", "line_fit")
    listed = run(course, "list")
    drawn = run(course, "doctor", "--draw-secret")
    verified = run(course, "verify", "--only", "no_step")
    run(tmp_path, "grade", f"course/reference_solution/{SLUG}", "--course", "course", "--json", "results.json")
    shutil.copytree(course / "reference_solution" / SLUG, tmp_path / "export" / "anna")
    run(course, "class", "../export", "--out", "../graded", "--workers", "1")
    rejudged = run(course, "rejudge", "../graded")
    run(course, "bundle", "-o", "../autograder.zip")
    handed_out = run(course, "handout", "-o", "../handout.zip")

    assert f"made assignments/{SLUG}/" in made
    assert "WARNING" not in handed_out  # the course's own secret is found
    assert f"{SLUG} 10 embedded A straight line through points" in " ".join(listed.split())
    assert "line_fit" not in listed
    assert str(course / "course.toml") in "".join(drawn.split())
    assert "1 of 1 cases have the expected result" in verified
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 10
    (student,) = (tmp_path / "graded" / "students").glob("*.json")
    assert json.loads(student.read_text())["score"] == 10
    assert "0 of 1 hand-ins have another score" in rejudged
    assert "students can run 4 tests at home, the grader alone runs 1" in " ".join(handed_out.split())
    assert score_in_container(tmp_path / "autograder.zip", tmp_path / "container", course) == 10
    if os.geteuid() == 0:  # its users could read hidden tests
        assert not any(path.stat().st_mode & 0o077 for path in course.iterdir() if path.is_dir())
    assert not any(SLUG in path.name for path in project.PROJECT.rglob("autograder/assignments/*"))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A new course with an assignment."""
    make_assignment(SLUG, "line_fit", Course.outside(tmp_path / "course"))
    make_course(tmp_path / "course")
    return tmp_path / "course"


def test_new_course_has_what_its_repository_needs(made: Path) -> None:
    """A README, a workflow that verifies, the harness's version, and nothing that publishes the secret."""
    steps = yaml.safe_load((made / ".github/workflows/verify.yml").read_text())["jobs"]["verify"]["steps"]
    scripts = " ".join(step.get("run", "") for step in steps)

    assert f"pip install -r {HARNESS}" in scripts
    assert "autograder verify" in scripts
    assert "/course.toml" in (made / ".gitignore").read_text().splitlines()
    assert (made / HARNESS).read_text().splitlines()[-1].startswith("autograder @ git+")
    assert HARNESS in (made / "README.md").read_text()


def test_files_that_are_there_stay(tmp_path: Path) -> None:
    """A course may be made in a repository that already has a README."""
    (tmp_path / "README.md").write_text("Ours")
    names = {path.name for path in make_course(tmp_path)}

    assert (tmp_path / "README.md").read_text() == "Ours"
    assert names == {".gitignore", "verify.yml", HARNESS}


def test_course_in_a_hidden_folder_stays(tmp_path: Path) -> None:
    """Only the temporary folders of its making go."""
    make_assignment(SLUG, course=Course.outside(tmp_path / ".course"))

    assert Course.outside(tmp_path / ".course").slugs() == [SLUG]


def test_failure_leaves_no_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the folders around the four places."""

    def failing(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="No space left"):
        make_assignment(SLUG, course=Course.outside(tmp_path / "deep" / "course"))

    assert list(tmp_path.iterdir()) == []


def test_commands_refuse_a_folder_that_is_no_course(tmp_path: Path) -> None:
    """The sentence says what is missing, and how a course is made."""
    said = " ".join(run(tmp_path, "list", "--course", str(tmp_path), status=2).split())

    assert f"{tmp_path} is not a course: it has no assignments/NAME/assignment.toml" in said
    assert f"run_autograder new NAME --course {tmp_path}" in said


def test_attacks_are_not_run_for_a_course(made: Path) -> None:
    """They are written for an assignment of the harness, and say nothing of this one."""
    said = " ".join(run(made, "verify", "--attacks", status=2).split())

    assert "--attacks proves the harness, in a checkout of its repository" in said


def score_in_container(bundle: Path, root: Path, course: Path) -> float:
    """Unpack a bundle as Gradescope does, without the course; return the score of the reference."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root / "source")
    shutil.copytree(course / "reference_solution" / SLUG, root / "submission")
    secret = tomllib.loads((course / project.COURSE).read_text())["secret"]

    assert effective(secret, SLUG) in (root / f"source/autograder/assignments/{SLUG}/assignment.toml").read_text()
    run(root, harness=root / "source")
    return float(json.loads((root / "results" / "results.json").read_text())["score"])
