"""Gradescope's container: grades the upload, and leaves a valid result whatever happens.

A bundle is unpacked to `/autograder/source`, beside `submission/` and `results/`.
"""

import sys
import traceback
from contextlib import suppress

from autograder import project
from autograder.gradescope.policy import decide
from autograder.gradescope.settings import bundle_settings
from autograder.grading.durable_results import NOT_FINISHED, DurableResults
from autograder.grading.flow import grade
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.rendering.asides import aside_lines
from autograder.rendering.gradescope import fallback_results
from autograder.rendering.source_look import look_lines, look_summary
from autograder.rendering.text import plain
from autograder.sandbox.running_processes import RunningProcesses
from autograder.system.files import UnwritableResults
from autograder.system.stopping import Stopped


def grade_upload(running: RunningProcesses | None = None) -> bool:
    """Grade the upload in `submission/` into `results/results.json`; return whether the harness did its work.

    The file holds a valid result from the first moment. The real one replaces it; so does an interim one if the
    container is stopped, a fallback if the harness fails, or the former one if the policy allows no more attempts.
    """
    results = DurableResults(project.PROJECT.parent / "results" / "results.json")
    try:
        with results:
            said = _graded(results, running)
        if results.unwritten:
            raise results.unwritten
    except Stopped:
        return False  # before there was anything to grade
    except Exception as error:
        traceback.print_exc(file=sys.stdout)  # Gradescope shows standard output only to the staff
        with suppress(UnwritableResults):  # the result that stands there is valid, too
            results.write(fallback_results(f"{NOT_FINISHED}\n\nFor the staff: {type(error).__name__}: {error}"))
        return False
    print(said)
    return True


def _graded(results: DurableResults, running: RunningProcesses | None) -> str:
    """Grade, or show the former result again; return a line for the staff."""
    settings = bundle_settings()
    assignment = load_assignment(settings.assignment)
    decision = decide(assignment.policy, _metadata())
    if decision.staff:
        print(plain(decision.staff))
    if decision.results is not None:
        results.write(decision.results)
        return "the former result is shown again"
    upload = project.PROJECT.parent / "submission"
    remarks = (decision.remark,) if decision.remark else ()
    report = grade(Request(upload, assignment, settings.profile, remarks=remarks, running=running), results)
    notes = [look_summary(report.look), *look_lines(report.look), *aside_lines(report)]
    return "\n".join([*filter(None, notes), f"graded: {report.score:g} / {report.max_score:g}"])


def _metadata() -> bytes | None:
    """Return Gradescope's metadata of the upload; None if there is none, as when an image is run by hand."""
    try:
        return (project.PROJECT.parent / "submission_metadata.json").read_bytes()
    except OSError:
        return None
