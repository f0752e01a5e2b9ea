"""The report carries notes on the source; the result is final before they are made, and does not depend on them."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from autograder.grading import flow
from autograder.grading.durable_results import DurableResults
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.model.construct import SourceLook
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.source_look.look import look_at
from tests.helpers import report_of
from tests.rendering.test_terminal import line

UNUSUAL = Submission({"submitted.py": b"import ctypes\n"})
JUDGED = report_of(line())


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the results go, of gradings that observe nothing."""
    monkeypatch.setattr(flow, "_take_upload", lambda _: UNUSUAL)
    monkeypatch.setattr(flow, "open_session", lambda *_, **__: nullcontext())
    monkeypatch.setattr(flow, "judge", lambda *_: JUDGED)
    return tmp_path / "results.json"


def graded(path: Path) -> Report:
    """Return the report of a grading."""
    with DurableResults(path) as results:
        return flow.grade(Request(Path("nowhere"), load_assignment("line_fit")), results)


def test_report_names_unusual_constructs(results: Path) -> None:
    """Points and outcomes stay the same."""
    report = graded(results)

    assert [(one.file, one.line, one.text) for one in report.look.constructs] == [("submitted.py", 1, "import ctypes")]
    assert (report.outcomes, report.score, report.remarks) == (JUDGED.outcomes, JUDGED.score, ())


def test_result_is_final_before_anybody_looks(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is slow to parse cannot carry a grading over its deadline."""
    seen: list[float] = []

    def looks(uploads: Mapping[str, Mapping[str, bytes]]) -> dict[str, SourceLook]:
        seen.append(json.loads(results.read_text())["tests"][0]["score"])
        return look_at(uploads)

    monkeypatch.setattr(flow, "look_at", looks)
    graded(results)

    assert seen == [JUDGED.outcomes[0].score]
    assert "ctypes" not in results.read_text()


def test_upload_that_cannot_be_graded_is_not_looked_at(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are not all there."""
    monkeypatch.setattr(flow, "_take_upload", lambda _: Submission(UNUSUAL.files, problem="It is a notebook."))

    assert graded(results).look == SourceLook()


def test_look_that_fails_costs_only_the_notes(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the staff read so."""

    def fails(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(flow, "look_at", fails)
    report = graded(results)

    assert report.look.unread == "The source could not be looked at: Resource temporarily unavailable."
    assert report.score == JUDGED.score
