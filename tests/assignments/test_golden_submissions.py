"""Real students' odd shapes: each golden submission earns what it deserves."""

import tomllib
from pathlib import Path

import pytest

from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.nouns.report import Report
from autograder.verify.pool import grade_all

GOLDEN = Path(__file__).parents[1] / "golden" / "cifar8_finetune"
NAMES = sorted(path.name for path in GOLDEN.iterdir() if (path / "submitted.py").is_file())
ACCURACY_TESTS = ("6.1", "6.2")
SAME_ACCURACY = 1.0  # points by which training on another processor may move a partial score


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """Grade all golden submissions on the embedded data, several at once."""
    assignment = load_assignment("cifar8_finetune")
    submissions = [take_submission(GOLDEN / name, assignment) for name in NAMES]
    return dict(zip(NAMES, grade_all(assignment, "embedded", submissions), strict=True))


def lost_points(report: Report) -> dict[str, float]:
    """Return what each test that lost points has kept, by its number."""
    return {one.number: one.score for one in report.outcomes if one.score < (one.weight or 0.0)}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_golden_submission_earns_what_it_deserves(reports: dict[str, Report], name: str) -> None:
    """A right program in an odd shape keeps its points, and a partly right one loses only what it missed."""
    expected = tomllib.loads((GOLDEN / name / "expected.toml").read_text())["lost"]
    lost = lost_points(reports[name])

    assert lost.keys() == expected.keys()
    for number, score in expected.items():
        tolerance = SAME_ACCURACY if number in ACCURACY_TESTS else 0.0
        assert lost[number] == pytest.approx(score, abs=tolerance), number
    assert not reports[name].faults


def test_there_are_golden_submissions_of_many_shapes() -> None:
    """The collection does not silently shrink, and each has its expectation beside it."""
    missing = [name for name in NAMES if not (GOLDEN / name / "expected.toml").is_file()]

    assert len(NAMES) >= 10
    assert missing == []
