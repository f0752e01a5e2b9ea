"""A whole `results.json` always exists."""

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.system.files import write_results


def test_folder_and_content_are_written(tmp_path: Path) -> None:
    """The folder need not exist; text stays readable."""
    path = tmp_path / "results" / "results.json"
    write_results(path, {"score": 1.5, "output": "größer ✓"})

    assert json.loads(path.read_text(encoding="utf-8")) == {"score": 1.5, "output": "größer ✓"}
    assert "größer ✓" in path.read_text(encoding="utf-8")
    assert path.read_bytes().endswith(b"}\n")


def test_every_user_may_read_it(tmp_path: Path) -> None:
    """The process that collects the result need not be root, whatever the umask."""
    path, before = tmp_path / "results.json", os.umask(0o077)
    try:
        write_results(path, {})
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "unwritable",
    [{"score": float("nan")}, {"score": float("inf")}, {"output": object()}, {"output": "\ud800"}],
    ids=["NaN", "infinite", "an object", "half a surrogate pair"],
)
def test_content_that_is_not_json_leaves_the_former_result(unwritable: dict[str, Any], tmp_path: Path) -> None:
    """gradescope-utils breaks its dump half way; here the fallback stays, with no rubbish beside it."""
    path = tmp_path / "results.json"
    write_results(path, {"score": 0})
    with pytest.raises((ValueError, TypeError)):
        write_results(path, {"tests": ["x" * 100_000], **unwritable})

    assert json.loads(path.read_text()) == {"score": 0}
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.json"]


def test_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """While results are replaced, each reading gives one whole result."""
    path = tmp_path / "results.json"
    write_results(path, {"run": 0, "filling": "x" * 200_000})
    runs: set[int] = set()

    def read() -> None:
        while 20 not in runs:
            runs.add(json.loads(path.read_text())["run"])

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    for run in range(1, 21):
        write_results(path, {"run": run, "filling": "x" * 200_000})
    reader.join(timeout=20)

    assert 20 in runs
