"""More known mistakes of cifar10_cnn, judged without a sandbox and without training, where a second is enough.

They stand in a file beside this one, in the notation of the assignment's mistakes.diff. They do not
look at `run_model`.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder import project
from autograder.assignments.cifar10_cnn import (
    probe_exploration,
    probe_first_layer,
    probe_layers,
    probe_loaders,
    probe_network,
    probe_testing,
    probe_training,
    probe_transform,
)
from autograder.checks.evidence import Evidence
from autograder.checks.findings import ProbeEnded
from autograder.checks.mistake import Mistake
from autograder.checks.mistake_notation import read_mistakes
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import answered
from autograder.suites.load import PlannedTest, load_suites
from autograder.worker.run_probe import Probe, run_probe
from tests.assignments.in_process import InProcess

SLUG = "cifar10_cnn"
ASSIGNMENT = load_assignment(SLUG)
NOT_HERE = "8.1"  # needs training
PROBES = {
    name: Probe.of(module, name)
    for module in (
        probe_exploration, probe_first_layer, probe_layers, probe_loaders, probe_network, probe_testing,
        probe_training, probe_transform,
    )
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__
}  # fmt: skip

UNCHANGED = Mistake("none", "The reference solution.", frozenset())
MISTAKES = (UNCHANGED, *read_mistakes(Path(__file__).with_suffix(".diff"), "submitted.py"))


class InMemory(Submitted):
    """A program that is a module already."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__("submitted", lambda name: None)
        self._module = module

    @property
    def module(self) -> ModuleType:
        """The module."""
        return self._module


def observed(
    submitted: Submitted, probe: str, arguments: Mapping[str, Any], planted: Mapping[str, bytes]
) -> Observation:
    """Return what a probe returns, or that it raised, as the worker tells it; training is not run."""
    if probe not in PROBES:
        return Observation(Verdict.NOT_RUN)
    return answered(run_probe(lambda: PROBES[probe], arguments, submitted, "/nowhere").as_message())


def observer_of(files: Mapping[str, bytes]) -> InProcess:
    """Return an observer of the program that these files make."""
    return InProcess(partial(observed, InMemory(program(files))))


@cache
def reference_files() -> dict[str, bytes]:
    """Return the reference solution's source files."""
    return {path.name: path.read_bytes() for path in project.reference(SLUG).glob("*.py")}


def program(files: Mapping[str, bytes]) -> ModuleType:
    """Return the program that these files make."""
    schedule, module = ModuleType("schedule"), ModuleType("submitted")
    exec(files["schedule.py"], vars(schedule))
    before, sys.modules["schedule"] = sys.modules.get("schedule"), schedule
    try:
        exec(files["submitted.py"], vars(module))
    finally:
        del sys.modules["schedule"]
        if before:
            sys.modules["schedule"] = before
    return module


@cache
def observed_reference() -> InProcess:
    """Return what observes the reference solution."""
    return observer_of(reference_files())


def planned() -> Iterator[PlannedTest]:
    """Yield the scored tests that need no training."""
    yield from (test for test in load_suites(ASSIGNMENT) if test.weight and test.number != NOT_HERE)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_loses_its_tests_and_no_others(mistake: Mistake) -> None:
    """Each edit of the reference loses what it must, and keeps the rest."""
    observer = observer_of(mistake.applied_to(reference_files()))
    evidence = Evidence(
        observer, observed_reference(), ASSIGNMENT.profiles["embedded"], project.data(SLUG, "embedded"), "secret"
    )
    lost = set()
    for test in planned():
        case: Any = test.case
        case.evidence = evidence
        case.setUp()
        try:
            getattr(case, case._testMethodName)()
        except (AssertionError, ProbeEnded):
            lost.add(test.number)

    assert lost == mistake.loses
