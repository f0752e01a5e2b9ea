"""Gradescope's container: where the upload lies, and a result whatever happens.

A bundle is unpacked to `/autograder/source`; beside it lie `submission/` and `results/`.
"""

import sys
import traceback
from contextlib import suppress

import msgspec

from autograder import project
from autograder.gradescope.policy import decide
from autograder.grading.durable_results import NOT_FINISHED, DurableResults, Stopped
from autograder.grading.flow import Request
from autograder.manifest import load_assignment
from autograder.rendering.gradescope import fallback_results
from autograder.rendering.text import plain
from autograder.system.files import UnwritableResults

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

    A valid result stands there from the first moment. It is replaced by the real one, by what is known when the
    container is stopped or the harness fails, or by the former one where the assignment's policy allows no attempt.
    """
    kept = DurableResults(project.PROJECT.parent / "results" / "results.json")
    try:
        with kept:
            said = _graded(kept)
        if kept.unwritten:
            raise kept.unwritten
    except Stopped:
        return HARNESS_FAILED  # before there was anything to grade
    except Exception as error:
        traceback.print_exc(file=sys.stdout)  # Gradescope shows standard output to the staff only
        with suppress(UnwritableResults):  # then the result that stands there has to do
            kept.write(fallback_results(f"{NOT_FINISHED}\n\nFor the staff: {type(error).__name__}: {error}"))
        return HARNESS_FAILED
    print(said)
    return GRADED


def _graded(kept: DurableResults) -> str:
    """Grade, or give the former result again; return what the staff is told."""
    settings = msgspec.json.decode((project.PROJECT / SETTINGS).read_bytes(), type=BundleSettings)
    assignment = load_assignment(settings.assignment)
    decision = decide(assignment.policy, _metadata())
    if decision.staff:
        print(plain(decision.staff))
    if decision.results is not None:
        kept.write(decision.results)
        return "the former result is shown again"
    upload = project.PROJECT.parent / "submission"
    remarks = (decision.remark,) if decision.remark else ()
    report = kept.grade(Request(upload, assignment, settings.profile, remarks=remarks))
    return f"graded: {report.score:g} / {report.max_score:g}"


def _metadata() -> bytes | None:
    """Return what Gradescope says of the upload; None where it says nothing, as when an image is run by hand."""
    try:
        return (project.PROJECT.parent / "submission_metadata.json").read_bytes()
    except OSError:
        return None
