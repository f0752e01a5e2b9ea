"""The control group, on folders that look like the kernel's."""

from pathlib import Path

import pytest

from autograder.sandbox import cgroup
from autograder.sandbox.cgroup import Cgroup, CgroupUnavailable
from autograder.wire.layers import Feature
from autograder.wire.messages import GroupFiles
from tests.sandbox.bench import Bench

STAT = {1: "total_rss 104857600\ntotal_shmem 0\nrss 5\n", 2: "anon 104857600\nfile 7\nshmem 0\n"}


@pytest.fixture
def mount(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder instead of /sys/fs/cgroup."""
    monkeypatch.setattr(cgroup, "MOUNT", tmp_path)
    monkeypatch.setattr(cgroup, "own_path", lambda controller: "")
    return tmp_path


def test_version_2_allows_what_is_in_use_and_the_budget(mount: Path) -> None:
    """The limit is what the zygote holds, the budget, and a tenth of it for the kernel's own tables."""
    (mount / "cgroup.controllers").write_text("cpu memory pids")
    (mount / "cgroup.subtree_control").write_text("")
    group = Cgroup.open("autograder-1")
    (group.memory / "memory.stat").write_text(STAT[2])
    (group.pids / "pids.current").write_text("1")
    group.limit(memory_mib=100, processes=20)

    assert (mount / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (group.memory / "memory.max").read_text() == str(210 << 20)
    assert (group.pids / "pids.max").read_text() == "22"
    assert group.files() == GroupFiles(f"{group.memory}/cpu.stat", f"{group.memory}/memory.events")


def test_version_1_has_a_folder_for_each_controller(mount: Path) -> None:
    """Memory, number of processes and CPU seconds lie in separate trees."""
    for name in ("memory", "pids", "cpuacct"):
        (mount / name).mkdir()
    group = Cgroup.open("autograder-1")
    group.add(4711)

    assert {(folder / "cgroup.procs").read_text() for folder in (group.memory, group.pids, group.cpu)} == {"4711"}
    assert group.memory == mount / "memory/autograder-1"


def test_left_group_is_taken_over(mount: Path) -> None:
    """A group that a killed grader left is no obstacle."""
    for name in ("memory", "pids", "cpuacct"):
        (mount / name / "autograder-1").mkdir(parents=True)

    assert Cgroup.open("autograder-1").version == 1


def test_missing_controller_is_told(mount: Path) -> None:
    """The reason names the folder."""
    with pytest.raises(CgroupUnavailable, match="memory/autograder-1: No such file or directory"):
        Cgroup.open("autograder-1")


def test_group_that_fails_later_is_done_without(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control group that stops working costs no probe: the limits are watched without it too."""
    if bench.sandbox._processes.group is None:
        pytest.skip("no control group here")
    group, said = bench.sandbox._processes.group, bench.sandbox._processes.group_said
    monkeypatch.setattr(
        bench.sandbox._processes, "group", Cgroup(1, Path("/nowhere"), Path("/nowhere"), Path("/nowhere"))
    )
    seen = bench.run("def answer():\n    return 1\n")
    after = bench.sandbox.features()[Feature.CGROUP]
    bench.sandbox._processes.group, bench.sandbox._processes.group_said = group, said

    assert seen.value == 1
    assert after == "missing: /nowhere/memory.stat: No such file or directory"
