"""The reference solution on the real data, where they are there."""

import os
from pathlib import Path

import pytest

from autograder import project
from autograder.grading import Request, grade
from autograder.manifest import load_assignment

SLUG = "cifar8_finetune"


# The one test that needs data which the project must not carry; CI has them, and the embedded data are always graded.
@pytest.mark.slow
@pytest.mark.skipif(
    not Path(os.environ.get(project.DATA_VARIABLE, "/nowhere"), SLUG).is_dir(),
    reason=f"{project.DATA_VARIABLE} does not lead to the real data, which cannot be published with the project",
)
def test_reference_earns_full_marks_on_real_data() -> None:
    """Thresholds and budgets of the profile `real` hold for the reference solution."""
    report = grade(Request(project.reference(SLUG), load_assignment(SLUG), "real"))

    assert [one.number for one in report.outcomes if one.score < (one.weight or 0.0)] == []
    assert report.score == 100
