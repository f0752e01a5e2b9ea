"""A bundle finds what it ships of the reference, wherever it is graded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder import project
from autograder.assignments.line_fit.observed import Points
from autograder.evidence.naming import observation_key
from autograder.evidence.observer import reference_limits, reference_of
from autograder.evidence.running import Question
from autograder.evidence.session import cached_store, stored_session
from autograder.evidence.shipped import ship
from autograder.evidence.store import ObservationStore, Record
from autograder.manifest import load_assignment
from autograder.model.verdict import Verdict
from tests.helpers import returned

SLUG, DIGEST = "line_fit", "d" * 64
POINTS = Points(x=np.float32([1]), y=np.float32([2]))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder with what a bundle ships, where the reference's source is absent."""
    monkeypatch.setattr(project, "reference", lambda slug: tmp_path / "not-here")
    monkeypatch.setattr(project, "shipped_observations", lambda slug: tmp_path / "shipped")
    monkeypatch.setattr(project, "cache", lambda: tmp_path / "cache")
    (tmp_path / "shipped").mkdir()
    return tmp_path / "shipped"


@pytest.mark.parametrize("there", [{}, {"python": "3.99", "numpy": "99.0"}], ids=["same", "other versions"])
def test_shipped_observations_are_found_with_other_versions(shipped: Path, there: dict[str, str]) -> None:
    """Where Python is another one the pins are, too; the reference is asked for by those that it was observed with."""
    session = stored_session(load_assignment(SLUG), "embedded", ObservationStore(shipped))
    key = observation_key(session, DIGEST, Question("points", {"rows": []}), reference_limits(session.assignment))
    session.store.put(key, Record(returned(POINTS)))
    ship(shipped, DIGEST, session.environment)
    graded = stored_session(load_assignment(SLUG), "embedded", cached_store(SLUG))
    reference = reference_of(replace(graded, environment={**graded.environment, **there}))

    assert reference.digest == DIGEST
    assert reference.observe("points", rows=[]).value.x.tolist() == [1.0]


def test_what_a_bundle_does_not_ship_asks_for_a_person(shipped: Path) -> None:
    """It cannot be observed there."""
    session = stored_session(load_assignment(SLUG), "embedded")
    ship(shipped, DIGEST, session.environment)

    assert reference_of(session).observe("points", rows=[]).verdict is Verdict.HARNESS_FAULT
