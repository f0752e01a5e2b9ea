"""The sandbox attacks itself, and says truly which layers hold."""

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.self_check import Finding, SelfCheck, check_budgets, check_itself
from autograder.sandbox.sockets import socket_files
from autograder.wire.layers import LAYERS, TOLERATED_AS_ROOT, Feature
from tests.helpers import layer
from tests.sandbox.bench import Bench

SPACES = ["mount namespace and root", "process namespace", "network namespace", "IPC namespace", "host-name namespace"]


@contextlib.contextmanager
def switched_off(bench: Bench, *features: Feature) -> Iterator[None]:
    """Let the sandbox do without features of the kernel, and give them back."""
    before = bench.sandbox.protection
    bench.sandbox.protection = replace(before, without=features)
    yield
    bench.sandbox.protection = before


@pytest.fixture
def listener() -> Iterator[str]:
    """A socket of another program that every user may connect to."""
    path = Path(f"/tmp/of-another-program-{os.getpid()}.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0o777)
        server.listen(50)
        yield str(path)
    path.unlink()


def active(check: SelfCheck) -> dict[str, bool]:
    """Return each layer with whether it held."""
    return {one.layer.name: one.active for one in check.findings}


def test_every_layer_that_is_there_holds(bench: Bench) -> None:
    """Every layer that the kernel permits is in force, and every attempt fails."""
    check, said = check_itself(bench.sandbox, bench.stage, [Path(__file__)]), bench.sandbox.features()
    held = active(check)

    assert not check.possible
    assert len(held) == sum(one.at_start for one in LAYERS) - (bench.uid is not None)
    assert {held[name] for name in SPACES} == {said[Feature.NAMESPACES] == "active"}
    assert held["Landlock"] is said[Feature.LANDLOCK].startswith("active")
    assert held["dedicated user"] is (bench.uid is not None)
    assert held["memory and process cgroup"] is said[Feature.CGROUP].startswith("active")
    assert held["system-call filter"]
    assert held["memory of the whole tree"]
    assert not [one.layer.name for one in check.findings if one.missed]


@pytest.mark.parametrize(
    ("feature", "names"),
    [(Feature.NAMESPACES, SPACES), (Feature.LANDLOCK, ["Landlock"]), (Feature.SECCOMP, ["system-call filter"])],
)
def test_layer_that_is_switched_off_is_found_missing(bench: Bench, feature: Feature, names: list[str]) -> None:
    """The tests are real attacks: each one succeeds as soon as its layer, and no other, is gone."""
    before = active(check_itself(bench.sandbox, bench.stage, []))
    with switched_off(bench, feature):
        after = active(check_itself(bench.sandbox, bench.stage, []))
    beside = {"no sockets of other programs", "workers of DataLoaders"}  # depend on what this machine has
    changed = {name for name in before if before[name] and not after[name]} - beside

    assert changed == {name for name in names if before[name]}


def test_machine_without_any_layer_is_refused(bench: Bench) -> None:
    """Without a filter attempts succeed, and so the sandbox may not be used."""
    with switched_off(bench, Feature.NAMESPACES, Feature.LANDLOCK, Feature.SECCOMP):
        check = check_itself(bench.sandbox, bench.stage, [])
        missed = [one.layer.name for one in check.findings if one.missed]

    assert {"open a network socket", "make a namespace"} <= set(check.possible)
    assert "system-call filter" in missed
    assert ("Landlock" in missed) is (bench.uid is None)


def test_sockets_in_reach_cost_the_sandbox_its_own(bench: Bench, listener: str) -> None:
    """Where no file tree of its own hides another program's socket, there are no sockets at all."""
    fetch = """
        import socket, torch
        from torch.utils.data import DataLoader
        def answer():
            try:
                socket.socket(socket.AF_UNIX)
            except PermissionError:
                return [len(list(DataLoader(torch.zeros(8, 2), 4, True, None, None, 2, persistent_workers=True)))]
            return "sockets"
    """
    with switched_off(bench, Feature.NAMESPACES):
        check = check_itself(bench.sandbox, bench.stage, [])
        seen = bench.run(fetch)

    assert listener in socket_files()
    assert check.attempts["connect to a socket of another program"] is False
    assert check.as_words()["no sockets of other programs"] == "active: there are no sockets at all"
    assert check.as_words()["workers of DataLoaders"] == "missing: they need sockets"
    assert seen.value == [2]


def test_file_tree_of_its_own_hides_sockets(bench: Bench, listener: str) -> None:
    """With its own file tree the sandbox keeps its sockets."""
    if bench.sandbox.features()[Feature.NAMESPACES] != "active":
        pytest.skip("this machine permits no namespaces")
    check_itself(bench.sandbox, bench.stage, [])

    assert bench.sandbox.protection.sockets


def test_budgets_hold(bench: Bench) -> None:
    """Loops that are deaf to signals, and daemons, are ended."""
    assert [one.active for one in check_budgets(bench.sandbox, bench.stage)] == [True, True]


def test_user_of_its_own_makes_up_for_landlock_in_one_point_only() -> None:
    """Files in folders open to all are tolerated of another user; every other attempt that works is not."""
    attempts = {TOLERATED_AS_ROOT: True, "become root": False, "open a network socket": True}

    assert SelfCheck((), attempts, frozenset({TOLERATED_AS_ROOT})).possible == ["open a network socket"]
    assert SelfCheck((), attempts).possible == [TOLERATED_AS_ROOT, "open a network socket"]


def test_self_check_is_told_in_words() -> None:
    """Each layer has its status, and what is possible shouts."""
    findings = (Finding(layer("a wall"), True, "of stone"), Finding(layer("a moat"), False))
    words = SelfCheck(findings, {"become root": False, "open a network socket": True}).as_words()

    assert words == {
        "a wall": "active: of stone",
        "a moat": "missing",
        "attempt to become root": "blocked",
        "attempt to open a network socket": "POSSIBLE",
    }


def test_outside_is_really_open_to_all(bench: Bench) -> None:
    """The file that shows the file tree to hold is one that its mode would let everybody read."""
    assert stat.S_IMODE(bench.stage.outside.stat().st_mode) == 0o644
