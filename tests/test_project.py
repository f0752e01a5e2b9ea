"""Assignments are found in the course that is graded: the built-in one, or one in a separate folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from autograder import project
from autograder.commands.course import choose_course
from autograder.commands.main import cli
from autograder.evidence.code import Code
from autograder.model.failures import UnusableInput
from autograder.project import COURSE_VARIABLE, PROJECT, Course
from autograder.scaffold.make import make_assignment

SLUG = "praise"
OBSERVED = f"autograder.assignments.{SLUG}.observed"


@pytest.fixture(autouse=True)
def no_course(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable names a course, and whatever a test chooses is forgotten after it."""
    monkeypatch.setenv(COURSE_VARIABLE, "")


@pytest.fixture
def made(tmp_path: Path) -> Course:
    """A course with one assignment."""
    course = Course.outside(tmp_path / "course")
    make_assignment(SLUG, course=course)
    return course


def test_assignments_of_the_project_are_the_built_in_course() -> None:
    """It is one like any other; its definitions are modules of the package."""
    assert project.course() == Course.built_in(PROJECT)
    assert project.definition("line_fit") == PROJECT / "autograder" / "assignments" / "line_fit"
    assert "line_fit" in project.slugs()


def test_chosen_course_holds_everything(made: Course) -> None:
    """The four places, and the secret's file, lie in it."""
    project.use_course(made.root)
    found = [project.data(SLUG, "embedded"), project.template(SLUG), project.reference(SLUG), project.definition(SLUG)]

    assert project.slugs() == [SLUG]
    assert found == made.places(SLUG)
    assert all(path.is_dir() and made.root in path.parents for path in found)
    assert project.course_file() == made.root / "course.toml"


@pytest.mark.parametrize("means", ["option", "variable", "working directory"])
def test_course_is_named_by_option_variable_or_working_directory(
    means: str, made: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is meant from where the command was typed, whatever folder a process of ours works in."""
    monkeypatch.chdir(made.root if means == "working directory" else tmp_path)
    if means == "variable":
        monkeypatch.setenv(COURSE_VARIABLE, "course")
    choose_course(Path("course") if means == "option" else None)
    monkeypatch.chdir("/")

    assert project.course() == made


def test_option_goes_before_the_variable(made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is out of date does not even have to exist."""
    monkeypatch.setenv(COURSE_VARIABLE, "/nowhere")
    choose_course(made.root)

    assert project.course() == made


@pytest.mark.parametrize("words", [["grade"], ["grade", "--course", "course"]])
def test_shell_completes_names_of_the_course(words: list[str], made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever names the course, and although nothing is graded."""
    monkeypatch.chdir(made.root.parent if "--course" in words else made.root)
    found = ShellComplete(cli, {}, "run_autograder", "_COMPLETE").get_completions([*words, "--assignment"], "")

    assert [one.value for one in found] == [SLUG]


def test_any_other_working_directory_means_the_built_in_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder `assignments` without a manifest may be a student's."""
    (tmp_path / "assignments" / "hw1").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    choose_course()

    assert project.course() == Course.built_in(PROJECT)


def test_variable_that_names_no_course_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To grade the built-in course instead would be a surprise."""
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path))
    with pytest.raises(UnusableInput, match="is not a course"):
        choose_course()


def test_modules_are_named_alike_wherever_they_lie(made: Course) -> None:
    """So an assignment that moves into another course keeps its observations."""
    project.use_course(made.root)
    source, package = project.source(OBSERVED), project.source(f"autograder.assignments.{SLUG}")

    assert source and package
    assert source.path == f"autograder/assignments/{SLUG}/observed.py"
    assert package.path == f"autograder/assignments/{SLUG}/__init__.py"
    assert source.text == (made.definition(SLUG) / "observed.py").read_text()
    assert project.source("autograder.assignments.line_fit.observed") is None
    assert project.source("autograder.wire.frames") is not None


def test_modules_of_a_course_count_in_names_of_observations(made: Course) -> None:
    """A change to a module there changes the digest."""
    project.use_course(made.root)
    before = Code().of_module(OBSERVED)
    (made.definition(SLUG) / "observed.py").write_text("CHANGED = True\n")

    assert Code().of_module(OBSERVED) != before


def test_modules_are_imported_from_the_course(made: Course, tmp_path: Path) -> None:
    """Also where the variable holds a relative path; those of the built-in course are not there then."""
    program = f"import {OBSERVED} as one; print(one.__file__); import autograder.assignments.line_fit.observed"
    environment = {COURSE_VARIABLE: "course", "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert Path(done.stdout.strip()) == made.definition(SLUG) / "observed.py"
    assert "No module named 'autograder.assignments.line_fit'" in done.stderr
