"""The whole way of a class: an export in, a gradebook and pages out, whatever stops it in the middle."""

import csv
import html
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.manifest import load_assignment
from autograder.rendering.notes import HIDDEN_UNTIL
from autograder.suites.load import load_suites
from tests.classroom.varied import Handed, class_command, project_with_low_limits, varied_class, wrong_rows
from tests.documents import steps

pytestmark = pytest.mark.slow
ATTACKS, RIGHT = 9, 4
OBSERVED = "observations/*/*/*"


@dataclass(frozen=True)
class Graded:
    """A class that was graded through.

    Attributes:
        root: the copy of the project that graded it.
        export: what was graded.
        out: its folder.
        handed: what must become of each.
    """

    root: Path
    export: Path
    out: Path
    handed: dict[str, Handed]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this copy of the project."""
        command = [sys.executable, "-s", "-P", "-m", "autograder", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.root)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)

    def changed(self, name: str, old: str, new: str) -> None:
        """Edit a file of the assignment, in this copy."""
        path = self.root / "autograder" / "assignments" / "line_fit" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """Return a class whose grading was killed with -9 in the middle, and begun again."""
    top = tmp_path_factory.mktemp("class")
    root = project_with_low_limits(top / "project")
    with varied_class(top / "export", ATTACKS, RIGHT) as handed:
        command, environment = class_command(root, top / "export", top / "out")
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(list((top / "out").glob("judged/*/[!.]*"))) < len(handed) // 3:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
        yield Graded(root, top / "export", top / "out", handed)


@pytest.fixture
def again(graded: Graded, tmp_path: Path) -> Graded:
    """Return a copy of the class and of the project that may be changed."""
    shutil.copytree(graded.root, tmp_path / "project")
    shutil.copytree(graded.out, tmp_path / "out")
    return Graded(tmp_path / "project", graded.export, tmp_path / "out", graded.handed)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def observations(out: Path) -> dict[str, int]:
    """Return when each observation was written."""
    return {str(path.relative_to(out)): path.stat().st_mtime_ns for path in out.glob(OBSERVED)}


def test_every_row_is_right_after_a_kill_in_the_middle(graded: Graded) -> None:
    """Right, wrong, untouched and hostile: each loses what it must, and nothing else."""
    assert wrong_rows(graded.out, graded.handed) == []


def test_each_student_has_a_line_and_each_hand_in_a_page(graded: Graded) -> None:
    """Members of a group have a line each; every link of the class page leads somewhere."""
    lines = rows_of(graded.out / "gradebook.csv")
    page = (graded.out / "class.html").read_text()
    links, beside = set(re.findall(r'href="(students/[^"#]+)"', page)), re.findall(r'<dt><a href="([^"]+)"', page)

    assert len(lines) == sum(2 if number % 4 == 0 else 1 for number in range(len(graded.handed)))
    assert len(links) == len(graded.handed)
    assert all((graded.out / link).is_file() for link in links)
    assert {"gradebook.csv", "tests.csv", "for_students/", "similarity.html"} <= set(beside)
    assert all((graded.out / name).exists() for name in beside)
    assert {path.name for path in graded.out.glob("*.csv")} <= set(beside)


def test_pages_to_hand_out_hold_no_hidden_test(graded: Graded) -> None:
    """One for each page of the staff's, without the titles that those show."""
    hidden = {test.title for test in load_suites(load_assignment("line_fit")) if test.visibility in HIDDEN_UNTIL}
    for staff in (graded.out / "students").glob("*.html"):
        whole, shown = staff.read_text(), (graded.out / "for_students" / staff.name).read_text()

        assert hidden and all(title in whole and title not in shown for title in map(html.escape, hidden))
        assert "does not yet mean full marks" in shown


def test_identical_uploads_are_observed_once(graded: Graded) -> None:
    """Copies of the reference share one digest, and so one folder of observations."""
    index = json.loads((graded.out / "class.json").read_text())
    digests = [line["digest"] for line in index["lines"] if line["digest"]]

    assert len(set(digests)) < len(digests)
    assert len(list(graded.out.glob("observations/*/*"))) == len(set(digests))


def test_same_command_again_changes_nothing(graded: Graded) -> None:
    """All is there: nothing is observed, and the gradebook has the same bytes."""
    before, book = observations(graded.out), (graded.out / "gradebook.csv").read_bytes()
    done = graded.run("class", str(graded.export), "--out", str(graded.out))

    assert done.returncode == 0
    assert observations(graded.out) == before
    assert (graded.out / "gradebook.csv").read_bytes() == book


def test_another_weight_is_judged_without_running_anything(again: Graded) -> None:
    """Even where no upload is left: who changed, by how much, and why."""
    shutil.rmtree(again.out / "submissions")
    before = observations(again.out)
    again.changed("test_points.py", "@weight(2)", "@weight(5)")
    again.changed("assignment.toml", "points = 10", "points = 13")
    done = again.run("rejudge", str(again.out))
    changes = rows_of(again.out / "changes.csv")

    assert done.returncode == 0, done.stderr
    assert observations(again.out) == before
    assert "weight of 1.1: 2 → 5" in done.stdout
    assert {change["why"] for change in changes} == {"weight of 1.1: 2 → 5"}
    assert {float(change["after"]) - float(change["before"]) for change in changes} == {3.0}
    full = [line for line in rows_of(again.out / "gradebook.csv") if line["score"] == "13"]
    assert len(full) >= RIGHT


def test_another_threshold_is_why_points_are_lost(again: Graded) -> None:
    """Only those who stand between the two thresholds change."""
    again.changed("assignment.toml", "tolerance = 0.2", "tolerance = 0.21")
    done = again.run("rejudge", str(again.out))

    assert done.returncode == 0, done.stderr
    assert "changed: threshold tolerance: 0.2 → 0.21" in done.stdout


def test_changes_are_listed_before_they_hold_and_accepted_only_as_listed(again: Graded) -> None:
    """The gradebook stays as it is until then, and another rubric than the listed one is refused."""
    before = (again.out / "gradebook.csv").read_bytes()
    again.changed("test_points.py", "@weight(2)", "@weight(5)")
    again.changed("assignment.toml", "points = 10", "points = 13")
    listed = again.run("rejudge", str(again.out), "--preview")
    after_list = (again.out / "gradebook.csv").read_bytes()
    proposal = json.loads((again.out / "proposed.json").read_text())
    refused = again.run("rejudge", str(again.out), "--accept", proposal["former"])
    accepted = again.run("rejudge", str(again.out), "--accept", proposal["rubric"])

    assert (listed.returncode, refused.returncode, accepted.returncode) == (0, 2, 0), listed.stderr + accepted.stderr
    assert "weight of 1.1: 2 → 5" in proposal["because"]
    assert {one["after"] - one["before"] for one in proposal["scores"]} == {3.0}
    assert f"--accept {proposal['rubric']}" in listed.stderr
    assert "have changed since the list of changed scores was made" in refused.stderr
    assert after_list == before != (again.out / "gradebook.csv").read_bytes()
    assert not (again.out / "proposed.json").exists()


def test_one_upload_is_observed_again_and_no_other(again: Graded) -> None:
    """It waits until somebody accepts it; a changed rubric is refused, because it would change everybody's."""
    before, book = observations(again.out), (again.out / "gradebook.csv").read_bytes()
    key = next(row["key"] for row in rows_of(again.out / "gradebook.csv") if row["score"] == "10")
    listed = again.run("rejudge", str(again.out), "--student", key)
    while_listed, name = observations(again.out), listed.stderr.rsplit("--accept ", 1)[-1].split()[0]
    done = again.run("rejudge", str(again.out), "--accept", name)
    after = observations(again.out)
    touched = {Path(name).parent for name in after if after[name] != before.get(name)}
    again.changed("test_points.py", "@weight(2)", "@weight(5)")
    again.changed("assignment.toml", "points = 10", "points = 13")
    refused = again.run("rejudge", str(again.out), "--student", key)

    assert (listed.returncode, done.returncode) == (0, 0), listed.stderr + done.stderr
    assert f"All probes of {key} ran again." in listed.stdout
    assert while_listed == before
    assert len(touched) == 1
    assert (again.out / "gradebook.csv").read_bytes() == book
    assert refused.returncode == 2 and "judge everybody again first" in refused.stderr


def test_decisions_hold_when_the_verdict_under_them_changes(again: Graded, tmp_path: Path) -> None:
    """They come from a table, reach every file, and are listed where the harness now says something else."""
    right = list(dict.fromkeys(row["key"] for row in rows_of(again.out / "gradebook.csv") if row["score"] == "10"))
    table = tmp_path / "points.csv"
    rows = (f"{key},{item},1,Shared.\n" for key in right[:2] for item in ("1.1", "2.1"))
    table.write_text("student,item,points,reason\n" + "".join(rows))
    taken = again.run("decisions", "import", str(again.out), str(table), "--grader", "Ada")
    again.changed("test_points.py", "@weight(2)", "@weight(5)")
    again.changed("assignment.toml", "points = 10", "points = 13")
    done = again.run("rejudge", str(again.out))
    told = again.run("decisions", "export", str(again.out))
    lines = {(row["key"], row["number"]): row for row in rows_of(again.out / "tests.csv")}
    page = (again.out / "for_students" / f"{right[0]}.html").read_text()

    assert (taken.returncode, done.returncode) == (0, 0), taken.stderr + done.stderr
    assert "4 new decisions, 0 known ones." in taken.stderr
    assert "2 decisions hold although the verdict under them has changed" in done.stdout
    assert "1.1: 1 by Ada, the harness now gives 5" in done.stdout
    assert (lines[right[0], "1.1"]["points"], lines[right[0], "1.1"]["verdict"]) == ("1", "passed")
    assert lines[right[0], "1.1"]["decided"] == "Changed by staff: 1 instead of 5 points. Shared."
    assert "Changed by staff: 1 instead of 5 points. Shared." in page
    assert told.stdout.count("Shared.") == 4


def test_nothing_changed_is_said(again: Graded) -> None:
    """The same suites give the same points, because nothing is left to chance."""
    done = again.run("rejudge", str(again.out))

    assert done.returncode == 0
    assert "Nothing changed" in done.stdout
    assert rows_of(again.out / "changes.csv") == []


def test_probe_that_changed_is_observed_again_and_only_that(again: Graded) -> None:
    """The observations of the other probes stay as they are."""
    before = observations(again.out)
    path = again.root / "autograder" / "assignments" / "line_fit" / "probe_points.py"
    path.write_text(path.read_text() + "\n# changed\n")
    done = again.run("rejudge", str(again.out))
    after = observations(again.out)
    uploads = len(list(again.out.glob("observations/*/*")))

    assert done.returncode == 0, done.stderr
    assert "probe_points.py changed, observed again" in done.stdout
    assert {name: after[name] for name in before} == before
    assert 0 < len(after) - len(before) <= uploads
    assert rows_of(again.out / "changes.csv") == []


def test_folder_of_another_assignment_is_refused(graded: Graded) -> None:
    """Two classes never mix in one folder."""
    done = graded.run("class", str(graded.export), "--out", str(graded.out), "--assignment", "mnist_cnn")

    assert done.returncode == 2
    assert "holds a class graded by line_fit" in done.stderr


def test_scheduler_with_three_workers_of_which_one_is_killed(graded: Graded, tmp_path: Path) -> None:
    """Separate processes, started as docs/cluster.md says: nothing is lost, and nothing comes twice."""
    scheduler, worker = (step.what for step in steps("docs/cluster.md") if ".venv/bin/dask" in step.what)
    address_file = tmp_path / "scheduler.json"
    (graded.root / ".venv").symlink_to(Path(sys.prefix))

    def served(command: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a server from the project's folder, in a shell that knows nothing of the project."""
        line = f"exec env {command} --no-dashboard {shlex.join(options)}"
        bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(["bash", "-c", line], cwd=graded.root, env=bare, **quiet)

    processes = [served(scheduler, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(address_file))]
    try:
        while not address_file.exists():
            time.sleep(0.1)
        time.sleep(0.5)
        address = json.loads(address_file.read_text())["address"]
        one = worker.replace("tcp://HOST:8786", address).replace("--nworkers 8", "--nworkers 1 --no-nanny")
        processes += [served(one, "--local-directory", str(tmp_path)) for _ in range(3)]
        command, environment = class_command(graded.root, graded.export, tmp_path / "out", "--scheduler", address)
        driver = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        while driver.poll() is None and not list((tmp_path / "out").glob("judged/*/[!.]*")):
            time.sleep(0.05)
        processes[1].kill()
        _, said = driver.communicate(timeout=300)
    finally:
        for process in processes:
            process.kill()

    assert driver.returncode == 0, said
    assert wrong_rows(tmp_path / "out", graded.handed) == []
    assert (tmp_path / "out/gradebook.csv").read_bytes() == (graded.out / "gradebook.csv").read_bytes()
