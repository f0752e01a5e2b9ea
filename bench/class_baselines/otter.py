"""otter-grader 7.0.0 without containers, as its documentation describes for a machine without Docker.

    .venv/bin/python -m bench.class_baselines.otter [--count N] [--processes N]

`otter generate` makes the configuration from `otter_tests/` and the assignment's support files; `otter_worker.py`
grades with `otter.api.grade_submission`, which runs every submission and its checks in a fresh Jupyter kernel. That is
faster than the command `otter run` for each, because otter is imported once. otter executes a script as the main
program, and our uploads are modules; so it gets a zip file with the upload and a notebook that imports it.

Kernels keep submissions apart in memory only: all run as the user who grades, beside the expected values, and the
process that grades the next one unpickles what they wrote. otter documents no way of grading several in one kernel.
"""

import json
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bench.class_baselines.setting import Timing, environment, handed_in, record_reference, run_alone
from bench.overhead import PROJECT, SUPPORT, workspace

VENV = Path(tempfile.gettempdir()) / "otter-venv"
PACKAGES = ("otter-grader==7.0.0", "ipykernel==7.4.0")  # otter needs a kernel and does not ask for one
QUIET = {"logo": False, "print_summary": False, "print_score": False}
KERNELS_SAY = "[IPKernelApp] WARNING | Kernel is running over TCP"  # each of them
CELLS = (
    "from autograder.probes.torchvision_without_ops import import_torchvision\nimport_torchvision()",
    "import submitted",
)


def grade(uploads: Sequence[Path], processes: int) -> Timing:
    """Grade the uploads, so many kernels at a time.

    Args:
        uploads: folders with the students' files, or files `submitted.py`; they must not run for ever.
        processes: how many at a time; the cores are divided among them.
    """
    python = otter_python()
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        configuration = _generated(python, top)
        zips = [_zipped(upload, top / f"submission-{index}.zip") for index, upload in enumerate(uploads)]
        private = {"JUPYTER_DATA_DIR": str(top / "jupyter"), "IPYTHONDIR": str(top / "ipython")}
        begin = time.monotonic()
        ended = subprocess.run(
            [python, "-m", "bench.class_baselines.otter_worker", configuration, str(processes), *zips],
            cwd=top, env=environment(processes, **private), capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.monotonic() - begin
    for line in ended.stderr.splitlines():
        if KERNELS_SAY not in line:
            print(line, file=sys.stderr)
    ended.check_returncode()
    return Timing(len(uploads), seconds, sum(json.loads(ended.stdout)))


def otter_python() -> Path:
    """Return the interpreter of otter's own environment, which also finds our packages; make it at first use."""
    found = VENV / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages" / "ours.pth"
    python = VENV / "bin/python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    found.write_text(sysconfig.get_path("purelib") + "\n")  # last, so that it shows that all is installed
    return python


def _generated(python: Path, top: Path) -> Path:
    """Run `otter generate`; return the configuration, which holds the checks and all files that grading needs."""
    folder = top / "assignment"
    folder.mkdir()
    workspace(folder)
    record_reference(folder)
    (folder / "otter_config.json").write_text(json.dumps(QUIET))
    support = (*(Path(name).name for name in SUPPORT), "reference.pickle")
    tests = PROJECT / "bench/class_baselines/otter_tests"
    subprocess.run(
        [python.with_name("otter"), "generate", "--tests-dir", tests, *support],
        cwd=folder, env=environment(1), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return folder / "autograder.zip"


def _zipped(upload: Path, target: Path) -> Path:
    cells = [
        {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for i, source in enumerate(CELLS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("submission.ipynb", json.dumps(notebook))
        for path in handed_in(upload):
            archive.write(path, path.name)
    return target


if __name__ == "__main__":
    run_alone(grade, __doc__)
