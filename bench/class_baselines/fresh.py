"""A fresh interpreter for each upload, which imports torch and the upload and runs the checks itself.

    .venv/bin/python -m bench.class_baselines.fresh [--count N] [--processes N]

The checks are run with gradescope-utils' JSONTestRunner by `bench/in_process.py`. Their questions to the
reference solution are answered from a recording, as hard-coded expected values would be.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.class_baselines.setting import Timing, environment, lay_out, record_reference, run_alone
from bench.overhead import IN_PROCESS, STRUCTURAL


def grade(uploads: Sequence[Path], processes: int) -> Timing:
    """Grade the uploads, so many interpreters at a time.

    Args:
        uploads: folders with the students' files, or files `submitted.py`; they must not run for ever.
        processes: how many interpreters at a time; the cores are divided among them.
    """
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(processes) as pool:
        top = Path(name)
        command = [*IN_PROCESS, "suites", str(record_reference(top)), *STRUCTURAL]
        begin = time.monotonic()
        passed = sum(pool.map(lambda upload: _passed(command, top, upload, processes), uploads))
        return Timing(len(uploads), time.monotonic() - begin, passed)


def _passed(command: list[str], top: Path, upload: Path, processes: int) -> int:
    """Return how many checks an upload passes; none if its interpreter came to no result."""
    with tempfile.TemporaryDirectory(dir=top) as name:
        ended = subprocess.run(
            command, cwd=lay_out(Path(name), upload), env=environment(processes), capture_output=True, text=True
        )
    try:
        return int(json.loads(ended.stdout.splitlines()[-1])["passed"])
    except (IndexError, ValueError, TypeError, KeyError):
        print(f"{upload.name}: exit status {ended.returncode}, {ended.stderr[-300:]!r}", file=sys.stderr)
        return 0


if __name__ == "__main__":
    run_alone(grade, __doc__)
