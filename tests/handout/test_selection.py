"""The selection of tests for students; no other part of the suites reaches them."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from autograder import project
from autograder.handout.selection import Selection, select_tests
from autograder.handout.shipped import Shipped
from autograder.handout.write import RUNNER, STAND_INS
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment, Profile
from autograder.suites.load import PlannedTest, UnusableSuite, load_suites, planned_tests

ONLY_ON_UNIX = {"fcntl", "resource", "pwd", "grp", "termios", "posix"}


def selection_of(slug: str) -> Selection:
    """Return the selection of an assignment."""
    assignment = load_assignment(slug)
    return select_tests(assignment, load_suites(assignment))


@pytest.mark.parametrize("slug", project.slugs())
def test_nothing_hidden_is_in_the_sources(slug: str) -> None:
    """The sources hold no hidden test's name, first line or text, no secret, and no hidden file's name."""
    selection, assignment = selection_of(slug), load_assignment(slug)
    sources = "\n".join(selection.texts.values())

    assert selection.tests
    assert assignment.secret not in sources
    for name in (name for profile in assignment.profiles.values() for name in profile.hidden):
        assert name not in sources
    for test in selection.elsewhere:
        assert test.title not in sources
        assert not bodies_of(test) & set(sources.splitlines())
    assert not re.search(r"\bdeferred_inputs\b|\breceive\b|perturbed|\.secret\b|Mistake", sources)


def bodies_of(test: PlannedTest) -> set[str]:
    """Return the longer lines of a test's body, as cut sources would show them."""
    path = (
        project.definition(type(test.case).__module__.split(".")[2]) / f"{type(test.case).__module__.split('.')[3]}.py"
    )
    tree = ast.parse(path.read_text())
    methods = [
        node
        for top in tree.body
        if isinstance(top, ast.ClassDef) and top.name == type(test.case).__name__
        for node in top.body
        if isinstance(node, ast.FunctionDef) and node.name == test.case._testMethodName
    ]
    visible_elsewhere = 60  # shorter lines, such as `seen = self.observe(…)`, occur in several tests
    return {line for node in methods for line in ast.unparse(node).splitlines() if len(line) > visible_elsewhere}


@pytest.mark.parametrize("slug", project.slugs())
def test_handout_runs_on_every_system(slug: str) -> None:
    """No module of a handout imports a module that only Unix has."""
    shipped = Shipped(selection_of(slug).texts, RUNNER, STAND_INS)
    imported = {
        name.split(".")[0]
        for text in shipped.files.values()
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert not imported & ONLY_ON_UNIX


def test_solutions_in_suites_stay_there() -> None:
    """Visible tests that contain the answers to a question stay with the grader."""
    assert "25664" not in "".join(selection_of("mnist_cnn").texts.values())
    assert "counts" not in "".join(selection_of("inaturalist_cnn").texts)


MADE = '''
from gradescope_utils.autograder_utils.decorators import hide_errors, visibility, weight
from autograder.checks import SubmissionTestCase, manual, not_at_home


class TestMade(SubmissionTestCase):
    @weight(1)
    def test_open(self):
        """Open."""
        self.observe("seen"){call}

    @weight(1)
    @visibility("hidden")
    def test_hidden(self):
        """Hidden words."""

    @weight(1)
    def test_late(self):
        """Late."""
        self.observe("seen", dict(rows=lambda digest: self.evidence.secret))

    @weight(1)
    def test_reads(self):
        """Reads."""
        (self.evidence.data / "labels.txt").read_text()

    @weight(1)
    @hide_errors()
    def test_without_details(self):
        """Without details."""

    @not_at_home
    @weight(1)
    def test_solution(self):
        """Solution."""

    @manual(1)
    def test_person(self):
        """Person."""
'''


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that selects from a suite with one test of each kind."""
    monkeypatch.setattr(project, "definition", lambda slug: tmp_path)
    assignment = Assignment("Made", 7, "sesame", {"embedded": Profile(("a",), ("labels.txt",))}, slug="made")

    def select(call: str = "") -> Selection:
        (tmp_path / "test_made.py").write_text(MADE.replace("{call}", call))
        (tmp_path / "probe_made.py").write_text("def seen(submitted):\n    return {}\n")
        name = "autograder.assignments.made.test_made"
        spec = importlib.util.spec_from_file_location(name, tmp_path / "test_made.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return select_tests(assignment, planned_tests(module))

    return select


def test_only_visible_tests_that_work_at_home_are_selected(made) -> None:
    """Tests that are hidden, need the secret, hidden data or deferred inputs, or hold the solution are not selected."""
    selection = made()

    assert [test.title for test in selection.tests] == ["Open."]
    assert len(selection.elsewhere) == 5
    assert selection.probes == {"seen": "probe_made"}


def test_visible_test_that_calls_a_hidden_one_is_refused(made) -> None:
    """No handout may carry a hidden test; the message names the test."""
    with pytest.raises(UnusableSuite, match=r"would carry TestMade\.test_hidden"):
        made("\n        self.test_hidden()")


def test_package_that_students_lack_is_refused() -> None:
    """A module may not import a package that no student needs; the message names both."""
    with pytest.raises(UnusableSuite, match=r"probe_made imports requests, which students do not have"):
        Shipped({"autograder.assignments.line_fit.probe_made": "import requests\n"})


def test_uncut_suite_is_refused() -> None:
    """No module of an assignment goes out uncut, with its hidden tests."""
    with pytest.raises(UnusableSuite, match=r"imports all of autograder\.assignments\.line_fit\.heldout"):
        Shipped({"autograder.assignments.line_fit.a": "import autograder.assignments.line_fit.heldout\n"})
