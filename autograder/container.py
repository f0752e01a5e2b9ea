"""Gradescope's container: where the upload lies, and a result whatever happens.

A bundle is unpacked to `/autograder/source`; beside it lie `submission/` and `results/`.
"""

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

import msgspec

from autograder import project
from autograder.grading import Request, grade, interim_report
from autograder.manifest import load_assignment
from autograder.nouns.outcome import Outcome
from autograder.rendering.gradescope import fallback_results, to_results
from autograder.results_file import write_results
from autograder.suites.load import load_suites

SETTINGS = "bundle.json"
GRADED, HARNESS_FAILED = 0, 3
STOPPED_EARLY = "The grading was stopped from outside before it came to its end; the tests below ran until then."
NOT_FINISHED = (
    "The grader stopped before it came to a result. That is not your fault, and nothing is judged yet: "
    "upload again, and tell the staff if it happens twice."
)


class BundleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle grades."""

    assignment: str
    profile: str


def is_container() -> bool:
    """Return whether this is an unpacked bundle with an upload beside it."""
    return (project.PROJECT / SETTINGS).is_file() and (project.PROJECT.parent / "submission").is_dir()


def grade_upload() -> int:
    """Grade what lies in `submission/` into `results/results.json`; return the exit status.

    A valid result stands there from the first moment. It is replaced by the real one, or by what is
    known when the container is stopped or the harness fails.
    """
    root = project.PROJECT.parent
    results = root / "results" / "results.json"
    write_results(results, fallback_results(NOT_FINISHED))
    try:
        settings = msgspec.json.decode((project.PROJECT / SETTINGS).read_bytes(), type=BundleSettings)
        known: list[Outcome] = []
        request = Request(
            root / "submission",
            load_assignment(settings.assignment),
            settings.profile,
            on_outcome=known.append,
        )
        _write_when_stopped(request, known, results)
        report = grade(request)
        write_results(results, to_results(report))
    except Exception as error:
        traceback.print_exc(file=sys.stdout)  # Gradescope shows standard output to the staff only
        write_results(results, fallback_results(f"{NOT_FINISHED}\n\nFor the staff: {type(error).__name__}: {error}"))
        return HARNESS_FAILED
    print(f"graded: {report.score:g} / {report.max_score:g}")
    return GRADED


def _write_when_stopped(request: Request, known: list[Outcome], results: Path) -> None:
    planned = load_suites(request.assignment)

    def stop(number: int, frame: FrameType | None) -> None:
        write_results(results, to_results(interim_report(request, planned, known, STOPPED_EARLY)))
        os._exit(GRADED)

    signal.signal(signal.SIGTERM, stop)
