"""A bundle carries the secret that its container needs, and no more of the course."""

import zipfile
from pathlib import Path

import pytest

from autograder import project
from autograder.classroom.judge import Judge
from autograder.course import VARIABLE, effective
from autograder.evidence.store import ObservationStore
from autograder.gradescope.bundle import write_bundle
from autograder.manifest import load_assignment, parse_manifest

pytestmark = pytest.mark.slow
SLUG, COURSE = "line_fit", "the secret of our course"


def test_bundle_grades_with_the_courses_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its manifest states the assignment's, under which the reference was observed; the course's is not in it."""
    monkeypatch.setenv(VARIABLE, COURSE)
    write_bundle(SLUG, "embedded", tmp_path / "autograder.zip")
    with zipfile.ZipFile(tmp_path / "autograder.zip") as bundle:
        bundle.extractall(tmp_path)
        contents = {name: bundle.read(name) for name in bundle.namelist()}
    manifest = contents[f"autograder/assignments/{SLUG}/assignment.toml"].decode()
    assignment, example = parse_manifest(manifest, SLUG), load_assignment(SLUG)
    shipped = ObservationStore(tmp_path / "reference_observations" / SLUG)

    assert assignment.secret == effective(COURSE, SLUG)
    assert Judge(assignment, "embedded", shipped).knows_reference()
    assert not Judge(example, "embedded", shipped).knows_reference()
    assert not any(COURSE.encode() in content or example.secret.encode() in content for content in contents.values())
    assert project.COURSE not in {Path(name).name for name in contents}
