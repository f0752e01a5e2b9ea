"""A probe learns whether the submission looked into a file."""

import os
from pathlib import Path

import numpy as np

from autograder.probes.opened_files import was_opened, watch_for


def test_file_counts_as_opened_by_whatever_way(tmp_path: Path) -> None:
    """Python's `open`, a path, a descriptor and NumPy are all seen."""
    ways = {
        "by_open": lambda path: open(path).close(),  # noqa: PTH123
        "by_path": lambda path: path.read_bytes(),
        "by_descriptor": lambda path: os.close(os.open(path, os.O_RDONLY)),
        "by_numpy": lambda path: np.load(path),
    }
    for name, way in ways.items():
        watch_for(name)
        np.save(tmp_path / "array.npy", np.zeros(3))
        (tmp_path / "array.npy").rename(tmp_path / name)
        before = was_opened(name)
        way(tmp_path / name)

        assert (before, was_opened(name)) == (False, True)


def test_other_files_do_not_count(tmp_path: Path) -> None:
    """Neither a file of another name nor one that nobody watches."""
    watch_for("watched")
    (tmp_path / "unwatched").write_text("")

    assert not was_opened("watched")
    assert not was_opened("unwatched")
