"""The report carries notes on the source, and nothing else depends on them."""

from pathlib import Path

import pytest

from autograder.grading import flow
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.model.construct import SourceLook
from autograder.model.submission import Submission
from tests.helpers import report_of
from tests.rendering.test_terminal import line

UNUSUAL = Submission({"submitted.py": b"import ctypes\n"})


@pytest.fixture
def request_() -> Request:
    """A request whose upload is never taken."""
    return Request(Path("nowhere"), load_assignment("line_fit"))


def test_report_names_unusual_constructs(request_: Request) -> None:
    """Points and outcomes stay the same."""
    before = report_of(line())
    report = flow._with_remarks(before, request_, UNUSUAL)

    assert [(one.file, one.line, one.text) for one in report.look.constructs] == [("submitted.py", 1, "import ctypes")]
    assert (report.outcomes, report.score, report.remarks) == (before.outcomes, before.score, before.remarks)


def test_upload_that_cannot_be_graded_is_not_looked_at(request_: Request) -> None:
    """Its files are not all there."""
    broken = Submission(UNUSUAL.files, problem="It is a notebook.")

    assert flow._with_remarks(report_of(line()), request_, broken).look == SourceLook()


def test_look_that_fails_costs_only_the_notes(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the staff read so."""

    def fails(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(flow, "look_at", fails)
    report = flow._with_remarks(report_of(line()), request_, UNUSUAL)

    assert report.look.unread == "The source could not be looked at: Resource temporarily unavailable."
    assert report.score == report_of(line()).score
