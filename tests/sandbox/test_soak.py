"""Probes in a row leave nothing behind, hostile ones among them. `bench/soak.py` runs thousands."""

import tempfile
from pathlib import Path

from tests.sandbox.soaking import open_soak

PROBES = 60


def test_many_probes_leave_nothing() -> None:
    """Processes, descriptors, mounts, locks, files and control groups are as they were before the first probe."""
    with open_soak(kills_every=5) as soak:
        states = [state for _, state in soak.run(PROBES)]

    assert not soak.wrong
    assert states[0].differences(states[-1]) == []
    assert not soak.folder.exists()
    assert Path(tempfile.gettempdir()) != soak.folder
