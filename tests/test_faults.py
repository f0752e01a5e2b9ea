"""Whatever dies or fills up, there is a valid result, nothing keeps running, and the next grading works."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import project
from autograder.grading.durable_results import NOT_FINISHED
from tests.container_image import fresh_container, open_folder, results_of, start, valid_results
from tests.environments import Environment, environments
from tests.faults import ENTRIES, MOST_CHILDREN, SLUG, SUBMISSION, USUAL_S, VICTIMS, image_of_line_fit, kill_one

pytestmark = pytest.mark.slow

IN_MOUNTS = ["unshare", "--mount", "sh", "-ec"]
GRADE = '"$PYTHON" -m autograder grade "$UPLOAD" --assignment line_fit --json "$RESULTS"'
FILLS_SCRATCH = """
honest = load_points
def load_points(path):
    open("filling", "wb").write(bytes(8 << 20))
    return honest(path)
"""
SLOW_TRAINING = "\nimport time\ndef train(model, x, y):\n    time.sleep(1000)\n"
BIG_BATCHES = """
import time, torch
class Images(torch.utils.data.Dataset):
    def __len__(self):
        return 12
    def __getitem__(self, i):
        return torch.ones(15 << 18)
honest = load_points
def load_points(path):
    batches = iter(torch.utils.data.DataLoader(Images(), num_workers=2, batch_size=1, prefetch_factor=4))
    time.sleep(3)
    list(batches)
    return honest(path)
"""


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """The image of a container that grades line_fit."""
    with image_of_line_fit() as root:
        yield root


@dataclass
class Machine:
    """A folder, and gradings with private mounts.

    Attributes:
        folder: for uploads, results and mount points; every user can traverse it.
    """

    folder: Path

    @property
    def results(self) -> Path:
        """The folder for the results."""
        return self.folder / "results" / "results.json"

    def grade(self, mounts: str = "", upload: Path = SUBMISSION, **variables: str) -> subprocess.CompletedProcess[str]:
        """Grade after some mounts, given as shell commands that may use $FOLDER and $PROJECT."""
        names = {
            "PYTHON": sys.executable, "UPLOAD": str(upload), "RESULTS": str(self.results), "FOLDER": str(self.folder),
            "PROJECT": str(project.PROJECT), "PYTHONPATH": str(project.PROJECT),
        }  # fmt: skip
        start_with = [*IN_MOUNTS, f"{mounts}\nexec {GRADE}"] if mounts else ["sh", "-ec", GRADE]
        environment = {**os.environ, **names, **variables}
        return subprocess.run(start_with, env=environment, capture_output=True, text=True, check=False)

    def upload(self, source: str) -> Path:
        """Return an upload: the reference solution with more code at its end."""
        path = self.folder / "submitted.py"
        path.write_text(SUBMISSION.read_text() + source)
        return path


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine on which things can be mounted."""
    with open_folder() as folder:
        for name in ("results", "place"):
            (folder / name).mkdir()
        yield Machine(folder)


@pytest.fixture
def mounting(machine: Machine) -> Machine:
    """The same, if this machine lets us mount."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0:
        pytest.skip("only root, outside of containers, can mount")
    return machine


def verdicts(path: Path) -> dict[str, str]:
    """Return the verdict of each test by its number."""
    return {test["number"]: test["extra_data"]["verdict"] for test in valid_results(path)["tests"]}


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("entry", ENTRIES)
def test_killed_process_costs_no_more_than_its_probe(image: Path, entry: str, victim: str) -> None:
    """Child and zygote cost at most a probe; after the grader's death there is a valid result, and nothing runs on."""
    moment = 0.8 * (MOST_CHILDREN - 1 if victim == "child" else USUAL_S)
    kill = kill_one(image, entry, victim, moment)

    assert kill is None or not kill.wrong


def test_sigterm_during_the_start_leaves_a_result(machine: Machine) -> None:
    """A signal during Python's imports waits until there is a result to write."""
    grading = subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", SUBMISSION, "--json", machine.results],
        env={**os.environ, "PYTHONPATH": str(project.PROJECT)}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while b"SigBlk:\t0000000000004000" not in Path(f"/proc/{grading.pid}/status").read_bytes():
        assert grading.poll() is None
    grading.send_signal(signal.SIGTERM)

    assert grading.wait() == 128 + signal.SIGTERM
    assert valid_results(machine.results)["output"] == NOT_FINISHED


def test_deadline_interrupts_a_probe_that_goes_on(image: Path) -> None:
    """When the time is up, the running probe ends; the result is complete and names the tests that did not run."""
    manifest = image / "source/autograder/assignments" / SLUG / "assignment.toml"
    before = manifest.read_text()
    manifest.write_text(before.replace("deadline_s = 120", "deadline_s = 12"))
    assert manifest.read_text() != before
    try:
        with fresh_container(image) as root:
            (root / "submission/submitted.py").write_text(SUBMISSION.read_text() + SLOW_TRAINING)
            status = start(root).wait()
            results = results_of(root)
            found = verdicts(root / "results/results.json")
    finally:
        manifest.write_text(before)

    assert status == 0
    assert set(found) == {"1.1", "2.1", "3.1", "3.2", "4.1"}
    assert found["4.1"] == found["3.1"] == "harness fault"
    assert results["output"].startswith("This result is not final.")
    assert results["score"] <= 4


def test_disk_that_fills_up_leaves_the_fallback_and_prints_the_report(mounting: Machine) -> None:
    """If the result no longer fits on the disk, the former one stays, and nothing else is left."""
    done = mounting.grade(
        'mount -t tmpfs -o size=4k none "$FOLDER/results"\n'
        f'{GRADE} && exit 99; status=$?; cp -r "$FOLDER/results" "$FOLDER/place/"; exit $status'
    )
    kept = mounting.folder / "place/results"

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].endswith("results.json cannot be written: No space left on device")
    assert "10 / 10" in done.stdout
    assert valid_results(kept / "results.json")["output"] == NOT_FINISHED
    assert [path.name for path in kept.iterdir()] == ["results.json"]


def test_unwritable_results_are_reported_before_grading(machine: Machine) -> None:
    """A folder that cannot hold files, here because it is a file, is reported in one line."""
    machine.results.parent.rmdir()
    machine.results.parent.write_text("in the way")
    done = machine.grade()

    assert done.returncode == 2
    assert done.stderr.startswith("run_autograder: ")
    assert "cannot be written" in done.stderr


def test_disk_smaller_than_its_budget_costs_nothing(mounting: Machine) -> None:
    """In namespaces the files of a probe lie in memory, so a full disk does not affect them."""
    upload = mounting.upload(FILLS_SCRATCH)
    done = mounting.grade('mount -t tmpfs -o size=4m,mode=1777 none "$FOLDER/place"; export TMPDIR="$FOLDER/place"',
                          upload)  # fmt: skip

    assert done.returncode == 0
    assert verdicts(mounting.results) == {
        "1.1": "passed", "2.1": "passed", "3.1": "passed", "3.2": "passed", "4.1": "passed",
    }  # fmt: skip


def test_read_only_project_and_home_suffice(mounting: Machine) -> None:
    """Only temporary files and the result are written."""
    done = mounting.grade(
        'mount --bind "$PROJECT" "$PROJECT"; mount -o remount,bind,ro "$PROJECT"\n'
        'mount -t tmpfs -o ro none "$FOLDER/place"; export HOME="$FOLDER/place"'
    )

    assert done.returncode == 0, done.stderr
    assert valid_results(mounting.results)["score"] == 10


def test_missing_temporary_folder_is_replaced(machine: Machine) -> None:
    """If TMPDIR leads nowhere, another folder is found."""
    done = machine.grade(TMPDIR="/no/such/folder")

    assert done.returncode == 0, done.stderr
    assert valid_results(machine.results)["score"] == 10


@pytest.mark.parametrize("environment", [e for e in environments() if e.name == "Docker"], ids=str)
def test_small_shared_memory_costs_nothing(environment: Environment, machine: Machine) -> None:
    """Batches that do not fit into Docker's /dev/shm are loaded without workers, and the result says so."""
    if environment.reason:
        pytest.skip(environment.reason)
    grade = ["-m", "autograder", "grade", str(machine.upload(BIG_BATCHES)), "--assignment", SLUG]
    done = environment.run([environment.python, *grade, "--json", str(machine.results)])
    results = valid_results(machine.results)

    assert done.returncode == 0, done.stderr
    assert results["score"] == 10
    assert results["extra_data"]["protections"]["workers of DataLoaders"] == "missing: 64 MiB"
