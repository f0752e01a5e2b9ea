"""Each upload ends exactly once, whatever dies meanwhile."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from autograder.classroom import cluster
from autograder.classroom.cluster import Ended, cluster_at, grade_on, local_cluster, workers_of_this_machine
from autograder.classroom.grading_process import CannotGrade
from autograder.model.failures import UnusableInput
from tests.classroom.stubs import RefusingGrading, StubGrading


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Return a client of two workers."""
    with local_cluster(2) as client:
        yield client


def ended(client: Client, tasks: dict[str, str]) -> list[Ended]:
    """Return what came of tasks by their names, in the order in which they ended."""
    return list(grade_on(client, StubGrading(), list(tasks), lambda name: tasks[name].encode()))


def test_each_upload_ends_once(client: Client) -> None:
    """More uploads than are under way at once: none is lost, none comes twice."""
    names = [f"{number:02d}" for number in range(50)]
    found = ended(client, {name: f"task {name}" for name in names})

    assert sorted(one.digest for one in found) == names
    assert all(one.answer == f"TASK {one.digest}".encode() for one in found)


def test_upload_whose_worker_dies_once_is_graded_by_another(client: Client, tmp_path: Path) -> None:
    """A machine that is switched off costs nobody anything."""
    tasks = {f"n{number}": "fine" for number in range(8)} | {"x": f"die-once|{tmp_path / 'x'}"}
    found = {one.digest: one.answer for one in ended(client, tasks)}

    assert len(found) == 9
    assert None not in found.values()


def test_upload_that_kills_its_worker_each_time_is_set_aside_alone(client: Client, tmp_path: Path) -> None:
    """Its neighbours, which were sent to the same workers, are graded all the same."""
    tasks = {f"m{number}": "fine" for number in range(6)} | {"killer": f"die|{tmp_path / 'x'}"}
    found = {one.digest: one for one in ended(client, tasks)}
    aside = [one for one in found.values() if one.answer is None]

    assert len(found) == 7
    assert [one.digest for one in aside] == ["killer"]
    assert "died 3 times" in aside[0].reason


def test_upload_that_kills_its_grading_process_is_set_aside(client: Client) -> None:
    """The worker lives on; after three times it is enough."""
    found = ended(client, {"gone": "process", "fine": "fine"})
    reasons = {one.digest: one.reason for one in found}

    assert reasons["fine"] == ""
    assert "died 3 times" in reasons["gone"]


def test_machine_that_cannot_grade_ends_the_class_with_its_reason(client: Client) -> None:
    """Nothing is graded, and nobody gets zero points, where no sandbox protects the grader."""
    with pytest.raises(CannotGrade, match="nothing protects the grader"):
        list(grade_on(client, RefusingGrading(), ["a"], lambda name: b""))


def test_class_does_not_wait_for_workers_that_never_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word it would wait for ever."""
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS_S", 1.0)
    with local_cluster(1) as client:
        client.cluster.scale(0)
        while client.nthreads():
            time.sleep(0.1)

        with pytest.raises(CannotGrade, match="no worker of the cluster is left; results so far are kept"):
            list(cluster._under_way(client, ["c"], lambda name: b"fine", lambda: 1))


def test_dead_scheduler_is_noticed(tmp_path: Path) -> None:
    """The class ends within seconds, and does not wait for a machine that may be off."""
    address = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    options = ["--port", "0", "--no-dashboard", "--scheduler-file", address]
    with subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL) as process:
        try:
            while not address.exists() or not address.read_text():
                time.sleep(0.1)
            with Client(json.loads(address.read_text())["address"]) as client:
                waiting = cluster._under_way(client, ["a"], lambda name: b"fine", lambda: 1)
                process.kill()
                begin = time.monotonic()
                with pytest.raises(CannotGrade, match="the scheduler of the cluster is gone; results so far are kept"):
                    list(waiting)
        finally:
            process.kill()

    assert time.monotonic() - begin < 30, "two seconds on an idle machine"


def test_no_scheduler_at_the_address_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address is said, with where to read on."""
    monkeypatch.setattr("autograder.classroom.cluster.WAIT_FOR_WORKERS_S", 1)

    with (
        pytest.raises(UnusableInput, match=r"tcp://127.0.0.1:9: no scheduler.*docs/cluster.md"),
        cluster_at("tcp://127.0.0.1:9"),
    ):
        pass


def test_workers_follow_cores_and_memory() -> None:
    """At least one, and no more than there are cores."""
    assert 1 <= workers_of_this_machine() <= len(os.sched_getaffinity(0))


def test_nothing_listens_for_other_machines(client: Client) -> None:
    """Neither the scheduler and its workers, nor the web servers that Dask opens in any case."""
    processes = {client.run_on_scheduler(os.getpid), *client.run(os.getpid).values()}
    inodes = {link for process in processes for link in _sockets_of(process)}
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    listening = [row[1] for row in rows if row[3] == "0A" and row[9] in inodes]

    assert listening
    assert [address for address in listening if not address.startswith("0100007F:")] == []


def _sockets_of(process: int) -> list[str]:
    """Return the inodes of a process's sockets."""
    links = [str(path.readlink()) for path in Path(f"/proc/{process}/fd").iterdir() if path.is_symlink()]
    return [link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:")]


def test_strangers_on_the_machine_cannot_use_the_cluster(client: Client) -> None:
    """Whoever can speak to a scheduler can run code on its workers: without the certificate nobody can."""
    address = client.scheduler.address
    program = f"from distributed import Client; Client({address.replace('tls', 'tcp')!r}, timeout=3)"
    stranger = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)

    assert address.startswith("tls://127.0.0.1")
    assert stranger.returncode != 0
