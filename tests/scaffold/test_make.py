"""A new assignment works as it is, and is made completely or not at all."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import project
from autograder.checks.mistake_notation import read_mistakes
from autograder.model.failures import UnusableInput
from autograder.scaffold.make import PLACEHOLDER, make_assignment
from tests.classroom.varied import copy_project

PLACES = ("autograder/assignments", "reference_solution", "student_template", "fixtures")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that has one assignment and nothing else."""
    for place in PLACES:
        source, target = project.PROJECT / place / "line_fit", tmp_path / place / "line_fit"
        for path in sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
                (target / path.relative_to(source)).write_bytes(path.read_bytes())
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    return tmp_path


def listed(root: Path) -> list[str]:
    """Return the names of all files and folders."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def texts(root: Path, slug: str) -> Iterator[str]:
    """Yield the texts of an assignment's files."""
    for place in PLACES:
        yield from (path.read_text() for path in (root / place / slug).rglob("*") if path.is_file())


def test_four_places_are_made(root: Path) -> None:
    """All four folders exist under the new name, and nothing else appears."""
    before = listed(root)
    made = make_assignment("praise")

    assert sorted(made) == sorted(root / place / "praise" for place in PLACES)
    assert all(name.split("/praise")[0] in PLACES for name in set(listed(root)) - set(before))
    assert not any(PLACEHOLDER in text for text in texts(root, "praise"))
    assert any("DECIDE:" in text for text in texts(root, "praise"))
    assert project.slugs() == ["line_fit", "praise"]


def test_each_assignment_has_its_own_secret(root: Path) -> None:
    """Two new assignments have different secrets, and a copy's secret differs from its model's."""
    for slug, like in (("one", ""), ("two", ""), ("three", "line_fit")):
        make_assignment(slug, like)
    secrets = [
        line
        for slug in ("one", "two", "three", "line_fit")
        for line in (root / PLACES[0] / slug / "assignment.toml").read_text().splitlines()
        if line.startswith("secret")
    ]

    assert len(set(secrets)) == 4


def test_copy_refers_to_itself(root: Path) -> None:
    """A copied assignment imports its own modules, not those of its model."""
    make_assignment("parabola_fit", "line_fit")

    assert any("autograder.assignments.parabola_fit" in text for text in texts(root, "parabola_fit"))
    assert not any("line_fit" in text for text in texts(root, "parabola_fit"))


def test_known_mistakes_fit_the_reference(root: Path) -> None:
    """A new assignment's file of mistakes is read, and each edits the solution that is made beside it."""
    make_assignment("praise")
    solution = {"submitted.py": (root / "reference_solution/praise/submitted.py").read_bytes()}
    mistakes = read_mistakes(root / PLACES[0] / "praise" / project.MISTAKES, "submitted.py")

    assert len(mistakes) == 6
    assert all(mistake.applied_to(solution) != solution for mistake in mistakes)


def test_copy_takes_the_known_mistakes_along(root: Path) -> None:
    """They name the new assignment wherever they named the former one."""
    mistakes = root / PLACES[0] / "line_fit" / project.MISTAKES
    mistakes.write_text(f"# Of line_fit\n{mistakes.read_text()}")
    make_assignment("parabola_fit", "line_fit")

    assert (root / PLACES[0] / "parabola_fit" / project.MISTAKES).read_text().startswith("# Of parabola_fit\n")


@pytest.mark.parametrize("slug", ["Praise", "1st", "with-dash", "a b", "../up", "", "import", "x" * 80, "é"])
def test_unusable_name_is_refused(slug: str, root: Path) -> None:
    """A name that is not a Python package's name is refused with a sentence."""
    before = listed(root)
    with pytest.raises(UnusableInput, match="is not a valid assignment name: use small letters"):
        make_assignment(slug)

    assert listed(root) == before


@pytest.mark.parametrize("place", PLACES)
def test_taken_name_is_refused(place: str, root: Path) -> None:
    """A name is refused if any of the four places exists, and that place stays unchanged."""
    (root / place / "praise").mkdir()
    before = listed(root)
    with pytest.raises(UnusableInput, match=f"{place}/praise exists already"):
        make_assignment("praise")

    assert listed(root) == before


def test_unknown_model_is_refused(root: Path) -> None:
    """`--like` must name an existing assignment; the message lists them."""
    with pytest.raises(UnusableInput, match="there is no assignment 'nothing' to copy: use one of line_fit"):
        make_assignment("praise", "nothing")


@pytest.mark.parametrize("moves", range(4))
def test_failure_leaves_nothing(moves: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up at any moment leaves no half of an assignment behind."""
    before, rename, done = listed(root), Path.rename, []

    def failing(path: Path, target: Path) -> Path:
        if len(done) == moves:
            raise OSError(28, "No space left on device")
        done.append(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="No space left"):
        make_assignment("praise")

    assert listed(root) == before


@pytest.mark.slow
def test_new_assignment_passes_verify_and_catches_a_mistake(tmp_path: Path) -> None:
    """A new assignment passes `verify` at once, and a submission with one mistake loses only that test."""
    copy = copy_project(tmp_path / "project")
    environment = {**os.environ, "PYTHONPATH": str(copy)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-s", "-P", "-m", "autograder", *words]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)

    made, verified = run("new", "praise"), run("verify", "--assignment", "praise")
    wrong = tmp_path / "praise" / "submitted.py"
    wrong.parent.mkdir()
    right = (copy / "reference_solution" / "praise" / "submitted.py").read_text()
    assert "text.lower().split()" in right
    wrong.write_text(right.replace("text.lower().split()", "text.split()"))
    graded = run("grade", str(wrong), "--json", str(tmp_path / "results.json"))
    tests = json.loads((tmp_path / "results.json").read_text())["tests"]

    assert made.returncode == 0, made.stderr
    assert verified.returncode == 0, verified.stdout
    assert "8 of 8 cases have the expected result." in verified.stdout
    assert graded.returncode == 0, graded.stderr
    assert [test["number"] for test in tests if test["score"] < test["max_score"]] == ["2.1"]
