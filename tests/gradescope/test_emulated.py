"""A bundle at `/autograder`: metadata, former uploads and attempt limits, as Gradescope gives them.

The assignment is the smallest, with an attempt limit and more memory written into its manifest.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder import project
from autograder.gradescope import bundle
from tests.compute_size import SIZES, NoControlGroup, limited
from tests.container_image import (
    Place,
    at_its_path,
    build_image,
    fresh_container,
    open_folder,
    results_of,
    set_up,
    start,
)
from tests.gradescope.test_container import METADATA

SLUG = "line_fit"
POLICY = "\n[policy]\nattempts = 3\ncooldown_minutes = 30\n"
REFERENCE = (project.reference(SLUG) / "submitted.py").read_text()
GREEDY = REFERENCE + "\n\nblock = b'x' * (1 << 30)\n"
BROKEN = "def load_points(:\n"
MEMORY, MORE_MEMORY = "memory_mib = 512", "memory_mib = 2048"  # which is more than the smallest container has
NOW = datetime.fromisoformat(METADATA["created_at"])

pytestmark = pytest.mark.slow

Graded = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture(scope="module")
def image() -> Iterator[tuple[Path, Place]]:
    """The assignment's image, and where it appears; `setup.sh` has run."""
    with open_folder() as folder, open_folder() as root:
        bundle.write_bundle(SLUG, "embedded", folder / "autograder.zip")
        build_image(folder / "autograder.zip", root)
        manifest = root / "source/autograder/assignments" / SLUG / "assignment.toml"
        text = manifest.read_text()
        assert MEMORY in text
        manifest.write_text(text.replace(MEMORY, MORE_MEMORY) + POLICY)
        with at_its_path(root) as place:
            set_up(place)
            yield root, place


@pytest.fixture
def graded(image: tuple[Path, Place]) -> Iterator[Graded]:
    """Grade an upload with some metadata; return results, which are valid, and what the staff reads."""
    root, place = image

    def grade(
        source: str, metadata: bytes | None = None, enter: Callable[[], None] | None = None
    ) -> tuple[dict[str, Any], str]:
        with fresh_container(root):
            (root / "submission" / "submitted.py").write_text(source)
            if metadata is not None:
                (root / "submission_metadata.json").write_bytes(metadata)
            status = start(root, place, enter).wait()
            printed = (root / "results" / "stdout").read_text()
            assert status == 0, printed
            return results_of(root), printed

    yield grade


def after(*earlier: dict[str, Any]) -> bytes:
    """Return the metadata of an upload after others."""
    return json.dumps({**METADATA, "previous_submissions": earlier}).encode()


def earlier(minutes: float, results: dict[str, Any] | None = None, error: bool = False) -> dict[str, Any]:
    """Return an upload so many minutes ago, as the metadata tell of it."""
    moment = (NOW - timedelta(minutes=minutes)).isoformat()
    return {"submission_time": moment, "score": 1.0, "autograder_error": error, "results": results}


def test_image_run_by_hand_is_graded_without_metadata(graded: Graded) -> None:
    """The staff tries an image, and reads that attempts were not counted."""
    results, printed = graded(REFERENCE)

    assert results["score"] == 10
    assert printed.splitlines() == [
        "there is no submission_metadata.json: graded without counting attempts",
        "4.1: 100.0% of 200 held-out points.",
        "graded: 10 / 10",
    ]


def test_student_reads_which_attempt_it_is(graded: Graded) -> None:
    """Former uploads are counted, but not one that ended in an error of the autograder."""
    results, printed = graded(REFERENCE, after(earlier(60), earlier(5, error=True)))

    assert results["score"] == 10
    assert "This is attempt 2 of 3. You must wait 30 minutes between two attempts." in results["output"]
    assert printed.splitlines()[-1] == "graded: 10 / 10"


def test_upload_too_early_keeps_the_former_result(graded: Graded) -> None:
    """A worse file in the cool-down costs nothing: score and tests are those of before, with a sentence on top."""
    former, _ = graded(REFERENCE, after())
    results, printed = graded(BROKEN, after(earlier(10, former)))

    assert results["output"].startswith("This upload was not graded, and it does not count as an attempt.")
    assert results["output"].endswith(former["output"])
    assert (results["score"], results["tests"]) == (10, former["tests"])
    assert "not graded:" in printed
    assert "the former result is shown again" in printed


def test_metadata_that_cannot_be_read_cost_nothing(graded: Graded) -> None:
    """The upload is graded, and the staff reads what is wrong."""
    results, printed = graded(REFERENCE, b'{"created_at": "yesterday"}')

    assert results["score"] == 10
    assert "graded without counting attempts" in printed


def test_smallest_compute_size_grades_the_small_assignment(graded: Graded) -> None:
    """Half a CPU and 768 MB are enough for it."""
    try:
        with limited(SIZES[0]) as group:
            results, _ = graded(REFERENCE, enter=group.enter)
    except NoControlGroup as error:
        pytest.skip(str(error))

    assert results["score"] == 10
    assert results["extra_data"]["needs_a_person"] == []
    assert not group.memory.exists(), "the group is removed"


def test_submission_that_takes_all_memory_of_the_smallest_size_is_told(graded: Graded) -> None:
    """The kernel ends the submission and not the grader, though the manifest allows more than the container has."""
    try:
        with limited(SIZES[0]) as group:
            results, _ = graded(GREEDY, enter=group.enter)
    except NoControlGroup as error:
        pytest.skip(str(error))

    assert results["score"] == 0
    assert sum(test["max_score"] for test in results["tests"]) == 10
    assert results["extra_data"]["needs_a_person"] == []
    assert "memory" in results["output"]


def test_image_is_where_gradescope_has_it(image: tuple[Path, Place]) -> None:
    """Where a mount namespace can be had, the bundle is graded at `/autograder`, and elsewhere in a folder."""
    root, place = image

    assert place.path == (Path("/autograder") if place.prefix else root)
    assert not (place.prefix and list(Path("/autograder").iterdir())), "outside the namespace nothing is there"
