"""Real students' odd shapes: each golden submission earns what it deserves."""

import tomllib

import pytest

from autograder.verify.worker import Graded
from tests.assignments.freshness import FULL
from tests.assignments.gradings import GOLDEN, Wanted, golden_names

SUBMISSIONS = [(path.name, name) for path in sorted(GOLDEN.iterdir()) for name in golden_names(path.name)]
SAME_ACCURACY = 1.0  # points by which training on another processor may move a partial score
LEAST_EACH = 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("graded", "slug", "name"),
    [
        pytest.param((Wanted(slug, "embedded", f"golden/{name}"),), slug, name, id=f"{slug}-{name}")
        for slug, name in SUBMISSIONS
    ],
    indirect=["graded"],
)
def test_golden_submission_earns_what_it_deserves(graded: list[Graded], slug: str, name: str) -> None:
    """A right program in an odd shape keeps its points, and a partly right one loses only what it missed."""
    expected = tomllib.loads((GOLDEN / slug / name / "expected.toml").read_text())
    report = graded[0].report
    lost = {one.number: one for one in report.outcomes if one.number in report.lost}

    assert lost.keys() == expected["lost"].keys()
    for number, score in expected["lost"].items():
        tolerance = SAME_ACCURACY if lost[number].measurements else 0.0
        assert lost[number].score == pytest.approx(score, abs=tolerance), number
    assert bool(report.forfeits) == expected.get("forfeits", False)
    assert not report.faults
    said = "\n".join(remark for one in report.outcomes for remark in one.remarks)
    assert [words for words in expected.get("says", []) if words not in said] == []


@pytest.mark.parametrize("slug", FULL)
def test_there_are_golden_submissions_of_several_shapes(slug: str) -> None:
    """The collection does not silently shrink, and each has its expectation beside it."""
    names = golden_names(slug)

    assert len(names) >= LEAST_EACH
    assert [name for name in names if not (GOLDEN / slug / name / "expected.toml").is_file()] == []
