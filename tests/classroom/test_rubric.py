"""A rubric lists each part that reports depend on, so that a changed score has a reason."""

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from autograder import project
from autograder.classroom.judge import Judge, class_assignment
from autograder.classroom.rubric import JUDGING, Change, Rubric, rubric_of
from autograder.evidence.code import Code
from autograder.evidence.store import MemoryStore
from autograder.suites.load import PlannedTest
from tests.evidence.imported import imported_by


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Return a judge of the small assignment."""
    return Judge(class_assignment("line_fit"), "embedded", MemoryStore({}))


def planned(judge: Judge, number: str) -> PlannedTest:
    """Return the test of that number."""
    return next(test for test in judge.planned if test.number == number)


def test_rubric_names_all_that_a_report_depends_on(judge: Judge) -> None:
    """Weights, thresholds, suites, probes, limits, data, reference, and our own judging; not the known mistakes."""
    parts = judge.rubric.parts

    assert {"weight: 1.1", "threshold: tolerance", "suite: test_points.py", "suite: heldout.py"} <= parts.keys()
    assert {"probe: probe_model.py", "other: the data", "other: the reference solution"} <= parts.keys()
    assert {"other: the limits of all probes", "other: the harness's judging"} <= parts.keys()
    assert not any("mistakes" in name for name in parts)


def test_same_suites_have_the_same_digest(judge: Judge) -> None:
    """Otherwise a class would be judged again for nothing."""
    again = Judge(class_assignment("line_fit"), "embedded", MemoryStore({}))

    assert again.rubric.digest == judge.rubric.digest


def test_secret_and_limits_are_parts_without_being_told(judge: Judge) -> None:
    """A change of the secret changes the rubric; the secret itself stands nowhere in it."""
    assignment = class_assignment("line_fit")
    other = Judge(msgspec.structs.replace(assignment, secret="another"), "embedded", MemoryStore({}))
    changed = other.rubric.changes_from(judge.rubric)

    assert [change.part for change in changed] == ["other: the assignment's seed or secret"]
    assert assignment.secret not in str(judge.rubric.parts)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("weight: 1.1", "2", "5"), "weight of 1.1: 2 → 5"),
        (Change("weight: 1.2", "", "5"), "weight of 1.2: none → 5"),
        (Change("threshold: floor", "0.5", ""), "threshold floor: 0.5 → none"),
        (Change("suite: test_a.py", "x", "y"), "test_a.py changed"),
        (Change("suite: test_a.py", "", "y"), "test_a.py is new"),
        (Change("suite: test_a.py", "x", ""), "test_a.py is gone"),
        (Change("probe: probe_a.py", "x", "y"), "probe_a.py changed, observed again"),
        (Change("other: the data", "x", "y"), "the data changed"),
    ],
)
def test_change_is_told_in_words(change: Change, words: str) -> None:
    """As a teaching assistant reads it."""
    assert change.words == words


@pytest.mark.parametrize(
    ("part", "number", "concerned"),
    [
        ("weight: 1.1", "1.1", True),
        ("weight: 1.1", "2.1", False),
        ("threshold: tolerance", "4.1", True),
        ("threshold: tolerance", "1.1", False),
        ("suite: test_points.py", "1.1", True),
        ("suite: test_points.py", "2.1", False),
        ("suite: heldout.py", "4.1", True),
        ("other: the data", "1.1", True),
        ("probe: probe_model.py", "1.1", True),
    ],
)
def test_change_concerns_the_tests_that_use_the_part(judge: Judge, part: str, number: str, concerned: bool) -> None:
    """A threshold that a suite does not name cannot be why its test gives other points."""
    assert Change(part, "a", "b").concerns(planned(judge, number)) is concerned


def test_changes_are_what_differs() -> None:
    """Equal parts are left out; new and gone ones are in."""
    former, now = Rubric({"suite: a": "1", "suite: b": "1"}), Rubric({"suite: a": "1", "suite: c": "2"})

    assert now.changes_from(former) == (Change("suite: b", "1", ""), Change("suite: c", "", "2"))
    assert former.digest != now.digest


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package, to be edited."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(project.PROJECT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    return root


OUR_JUDGING, BESIDE = "other: the harness's judging", "other: the code beside every probe"


@pytest.mark.parametrize(
    ("module", "parts"),
    [
        ("suites/judge", {OUR_JUDGING}),
        ("suites/explain", {OUR_JUDGING}),
        ("suites/captured_output", {OUR_JUDGING}),
        ("model/verdict", {OUR_JUDGING}),
        ("grading/flow", {OUR_JUDGING}),
        ("evidence/observer", {OUR_JUDGING}),
        ("checks/case", {OUR_JUDGING}),
        ("checks/measures", {OUR_JUDGING}),
        ("checks/perturbation", set()),  # no suite of this assignment imports it
        ("probes/training_trace", set()),  # nor a probe of it this
        ("probes/artefacts", set()),
        ("worker/child", {BESIDE}),
        ("probes/weights", {BESIDE, *(f"probe: probe_{name}.py" for name in ("heldout", "model", "points"))}),
        ("sandbox/sandbox", set()),
        ("rendering/student_page", set()),
    ],
)
def test_edit_of_our_own_code_is_a_change_of_the_rubric(judge: Judge, copy: Path, module: str, parts: set[str]) -> None:
    """Found by following imports: what judges, what observes, and nothing else."""
    path = copy / "autograder" / f"{module}.py"
    before = path.read_bytes()
    path.write_bytes(before + b"\n# edited\n")
    try:
        edited = rubric_of(replace(judge.session, code=Code(copy)), judge.planned)
    finally:
        path.write_bytes(before)

    assert {change.part for change in edited.changes_from(judge.rubric)} == parts


def test_all_that_judging_imports_is_found() -> None:
    """The walk through the sources misses nothing that Python imports."""
    (really,) = imported_by((JUDGING,))
    found = {source.name for source in Code().reached([JUDGING])}

    assert really <= found
