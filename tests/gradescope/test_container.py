"""The bundle does its work where Gradescope unpacks it, and leaves a valid result whatever happens.

`tests/container_image.py` says how the container is imitated.
"""

import json
import os
import signal
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import project
from autograder.gradescope import bundle
from autograder.grading.durable_results import NOT_FINISHED, STOPPED_EARLY
from autograder.manifest import load_assignment
from autograder.suites.load import load_suites
from autograder.system.zips import write_zip
from tests.container_image import build_image, fresh_container, open_folder, results_of, start, unpack

SLUG = "cifar8_finetune"
REFERENCE = (project.reference(SLUG) / "submitted.py").read_text()
PATIENCE_S = 400  # how long a busy machine may take to come to the training
WAITS_IN_TRAINING = REFERENCE + "\n\ndef run_model():\n    open('training', 'w').close()\n    signal.pause()\n"
METADATA = {
    "id": 123456,
    "created_at": "2026-11-20T13:37:59.216238-08:00",
    "assignment": {
        "id": 25828, "course_id": 1717, "title": "Fine-tuning", "due_date": "2026-12-01T23:00:00.000000-08:00",
        "late_due_date": None, "release_date": "2026-11-01T00:00:00.000000-08:00", "group_size": None,
        "group_submission": False, "total_points": "100.0",
    },
    "submission_method": "upload",
    "users": [{"email": "ada@example.edu", "id": 1234, "name": "Ada"}],
    "previous_submissions": [
        {"submission_time": "2026-11-18T20:28:35.010000-08:00", "score": 12.5, "autograder_error": False, "results": {}}
    ],
}  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def archive() -> Iterator[Path]:
    """The bundle of the assignment, made once."""
    with open_folder() as folder:
        bundle.write_bundle(SLUG, "embedded", folder / "autograder.zip")
        yield folder / "autograder.zip"


@pytest.fixture(scope="module")
def unpacked(archive: Path) -> Iterator[Path]:
    """The bundle as an image holds it: `source/`, and a copy of `run_autograder` beside it."""
    with open_folder() as root:
        build_image(archive, root)
        yield root


@pytest.fixture
def container(unpacked: Path) -> Iterator[Path]:
    """A container of that image: with empty folders for the upload, the results and temporary files."""
    with fresh_container(unpacked) as root:
        yield root


def graded(root: Path, source: str | None) -> tuple[int, dict[str, Any], str]:
    """Return exit status, results and standard output of grading an upload."""
    if source is not None:
        (root / "submission" / "submitted.py").write_text(source)
    status = start(root).wait()
    return status, results_of(root), (root / "results" / "stdout").read_text()


def is_training(root: Path) -> bool:
    """Return whether the submission has made its file; where there are namespaces, only its processes see it."""
    inside = "tmp/autograder-*/probe-*/workspace/training"
    return any(root.glob(inside)) or any(Path("/proc").glob(f"[0-9]*/root{root}/{inside}"))


def stopped_in_training(root: Path, number: int) -> int:
    """Start a grading, send a signal when the submission is in its training, and return how it ended."""
    (root / "submission" / "submitted.py").write_text("import signal\n" + WAITS_IN_TRAINING)
    grading = start(root)
    deadline = time.monotonic() + PATIENCE_S
    try:
        while not is_training(root):
            assert grading.poll() is None, (root / "results" / "stdout").read_text()
            assert time.monotonic() < deadline, "the grading never came to the training"
            time.sleep(0.1)
        grading.send_signal(number)
        return grading.wait()
    finally:
        grading.kill()


@pytest.mark.parametrize("metadata", [METADATA, None])
def test_reference_solution_earns_everything(container: Path, metadata: dict[str, Any] | None) -> None:
    """The reference solution scores 100, with Gradescope's metadata and, as by hand, without."""
    if metadata:
        (container / "submission_metadata.json").write_text(json.dumps(metadata))
    status, results, printed = graded(container, REFERENCE)

    assert status == 0, printed
    assert results["score"] == 100, [
        one["output"] for one in results["tests"] if one.get("score") != one.get("max_score")
    ]
    assert len(results["tests"]) == len(load_suites(load_assignment(SLUG)))
    assert all(test["status"] == "passed" for test in results["tests"])
    assert {row["name"] for row in results["leaderboard"]} == {"CPU seconds"}
    assert results["extra_data"]["needs_a_person"] == []
    assert printed.splitlines()[-1] == "graded: 100 / 100"


def test_syntax_error_is_explained(container: Path) -> None:
    """A file that Python cannot read scores 0 of 100, with the line on top."""
    status, results, _ = graded(container, "def build_model(:\n    pass\n")

    assert status == 0
    assert results["score"] == 0
    assert sum(test.get("max_score", 0) for test in results["tests"]) == 100
    assert 'File "submitted.py", line 1' in results["output"]


def test_empty_upload_is_explained(container: Path) -> None:
    """An upload without a file scores 0 of 100 and says which file is missing."""
    status, results, _ = graded(container, None)

    assert status == 0
    assert results["score"] == 0
    assert sum(test["max_score"] for test in results["tests"] if "max_score" in test) == 100
    assert results["output"].startswith("The upload is empty: there is no `submitted.py`.")


def test_terminated_grading_leaves_what_is_known(container: Path) -> None:
    """A time-out keeps the points of the tests that ran; the tests that it cut off count as a fault of the machine."""
    status = stopped_in_training(container, signal.SIGTERM)
    results = results_of(container)
    not_run = [test for test in results["tests"] if test["extra_data"]["verdict"] == "harness fault"]

    assert status == 0
    assert results["output"].startswith("This result is not final.")
    assert STOPPED_EARLY in results["output"]
    assert len(results["tests"]) == len(load_suites(load_assignment(SLUG)))
    assert {"6.1", "6.2", "6.3"} <= {test["number"] for test in not_run}
    assert results["score"] == 100 - sum(test.get("max_score", 0) for test in not_run)
    assert results["score"] >= 70


def test_killed_grading_leaves_the_fallback(container: Path) -> None:
    """A grading that is killed without warning leaves a valid result which blames nobody."""
    status = stopped_in_training(container, signal.SIGKILL)
    results = results_of(container)

    assert status == -signal.SIGKILL
    assert results["output"] == NOT_FINISHED
    assert (results["score"], results["tests"]) == (0, [])


def test_broken_bundle_leaves_the_fallback(container: Path) -> None:
    """A fault of the harness's own is told to the staff, in a valid result."""
    settings = container / "source" / "bundle.json"
    good = settings.read_text()
    settings.write_text('{"assignment": "no_such_thing", "profile": "embedded"}')
    try:
        status, results, printed = graded(container, REFERENCE)
    finally:
        settings.write_text(good)

    assert status == 3
    assert results["output"].startswith(NOT_FINISHED)
    assert "there is no assignment 'no_such_thing'" in results["output"]
    assert "Traceback" in printed


def test_bundle_starts_at_its_root(archive: Path) -> None:
    """`setup.sh` and `run_autograder` lie at the top, executable, with line ends that Linux can run."""
    with zipfile.ZipFile(archive) as opened:
        for name in ("setup.sh", "run_autograder"):
            assert stat.S_IMODE(opened.getinfo(name).external_attr >> 16) == 0o755
            assert opened.read(name).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in opened.read(name)


def test_bundle_holds_no_solution(archive: Path) -> None:
    """Neither the reference solution, nor the known mistakes, nor caches travel in the bundle."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        contents = {name: opened.read(name) for name in names if name.endswith(".py")}

    assert not [name for name in names if "reference_solution" in name or "/mistakes" in name or "__pycache__" in name]
    assert not [name for name, content in contents.items() if content == REFERENCE.encode()]
    assert f"student_template/{SLUG}/models.py" in names
    assert f"student_template/{SLUG}/submitted.py" not in names


@pytest.mark.parametrize("slug", project.slugs())
def test_known_mistakes_stay_at_home(slug: str, tmp_path: Path) -> None:
    """They hold pieces of the reference solution."""
    assert (project.definition(slug) / project.MISTAKES).is_file()
    bundle._copy_harness(tmp_path)
    bundle._copy_definition(project.Course.built_in(tmp_path), load_assignment(slug))

    assert (tmp_path / "autograder/assignments" / slug / "assignment.toml").is_file()
    assert not list(tmp_path.rglob("mistakes*"))


@pytest.mark.parametrize("name", ["mistakes.diff", "mistakes.diff.orig", "mistakes.diff~", "mistakes.py"])
def test_copies_of_known_mistakes_are_told_by_their_names(name: str) -> None:
    """Also what an editor or git leaves beside them; modules that judge are none."""
    assert project.is_mistakes_file(name)
    assert not project.is_mistakes_file(f"test_{name}")


def test_same_content_makes_the_same_zip(archive: Path) -> None:
    """Nothing of the day, the folder or the file system's order is in the zip."""
    with open_folder() as folder:
        unpack(archive, folder / "stage")
        for path in (folder / "stage").rglob("*"):
            os.utime(path, (1, 1))
        write_zip(folder / "again.zip", folder / "stage", folder / "stage", bundle.EXECUTABLES)

        assert (folder / "again.zip").read_bytes() == archive.read_bytes()
