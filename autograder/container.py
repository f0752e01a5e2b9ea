"""Gradescope's container: where the upload lies, and a result whatever happens.

A bundle is unpacked to `/autograder/source`; beside it lie `submission/` and `results/`.
"""

import sys
import traceback
from contextlib import suppress

import msgspec

from autograder import project
from autograder.grading import Request
from autograder.kept_results import NOT_FINISHED, KeptResults, Stopped
from autograder.manifest import load_assignment
from autograder.nouns.report import Report
from autograder.rendering.gradescope import fallback_results
from autograder.results_file import UnwritableResults

SETTINGS = "bundle.json"
GRADED, HARNESS_FAILED = 0, 3


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
    kept = KeptResults(project.PROJECT.parent / "results" / "results.json")
    try:
        with kept:
            report = _graded(kept)
        if kept.unwritten:
            raise kept.unwritten
    except Stopped:
        return HARNESS_FAILED  # before there was anything to grade
    except Exception as error:
        traceback.print_exc(file=sys.stdout)  # Gradescope shows standard output to the staff only
        with suppress(UnwritableResults):  # then the result that stands there has to do
            kept.write(fallback_results(f"{NOT_FINISHED}\n\nFor the staff: {type(error).__name__}: {error}"))
        return HARNESS_FAILED
    print(f"graded: {report.score:g} / {report.max_score:g}")
    return GRADED


def _graded(kept: KeptResults) -> Report:
    settings = msgspec.json.decode((project.PROJECT / SETTINGS).read_bytes(), type=BundleSettings)
    upload = project.PROJECT.parent / "submission"
    return kept.grade(Request(upload, load_assignment(settings.assignment), settings.profile))
