"""Runs one test of a suite on observations that were written by hand."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from autograder.checks.evidence import Evidence
from autograder.model.outcome import Outcome
from autograder.model.plot import Plot, Tiles
from autograder.rendering.student_page import to_student_page
from autograder.suites.run import run_suites
from tests.helpers import FakeObserver, plan, report_of, returned, some_evidence

BYTES = np.random.default_rng(6).integers(0, 256, (3, 32, 32)).astype(np.float32)  # an image like no other


def outcome_of(
    case: type, number: str, seen: Any, right: Any = None, data: Path = Path(), thresholds: Any = None
) -> Outcome:
    """Return a test's outcome, and draw it on a student's page.

    Args:
        case: the test's class.
        number: the rubric's, of the test.
        seen: what probes returned for the submission, by their names.
        right: what those returned for the reference that returned something else.
        data: folder of the profile's data.
        thresholds: of the profile.
    """
    submission, reference = (
        FakeObserver({probe: returned(value) for probe, value in answers.items()})
        for answers in (seen, {**seen, **(right or {})})
    )
    profile = msgspec.structs.replace(some_evidence().profile, thresholds=thresholds or {})
    outcomes = run_suites(plan(case), Evidence(submission, reference, profile, data, "secret"))
    found = next(one for one in outcomes if one.number == number)
    assert to_student_page(report_of(found)).count("<figure") == len(plots_of(found))
    return found


def plots_of(outcome: Outcome) -> tuple[Plot, ...]:
    """Return the plots of an outcome, and those that the staff alone see."""
    return (*outcome.plots, *(outcome.aside.plots if outcome.aside else ()))


def captions(outcome: Outcome) -> list[list[str]]:
    """Return the captions of the tiles that a test shows."""
    return [[tile.caption for tile in one.tiles] for one in outcome.plots if isinstance(one, Tiles)]
