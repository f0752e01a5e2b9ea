"""Small builders that several tests use."""

import io
import json
import tarfile
import unittest
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from autograder.checks.evidence import Evidence
from autograder.model.assignment import Assignment, Profile
from autograder.model.observation import Observation
from autograder.model.outcome import Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.suites.load import PlannedTest, planned
from autograder.suites.run import run_suites
from autograder.wire.declaration import Observed
from autograder.wire.layers import Layer, Need

SOURCE = b"def answer() -> int:\n    return 42\n"


def an_assignment(**changes: Any) -> Assignment:
    """Return a small assignment; keyword arguments replace fields."""
    assignment = Assignment(
        title="A small one",
        points=10,
        secret="not to be told",
        profiles={"embedded": Profile(given=(), thresholds={"accuracy": 0.5})},
        support=("models.py",),
        slug="small",
    )
    return msgspec.structs.replace(assignment, **changes)


def layer(name: str, need: Need = Need.ALWAYS, advice: str = "") -> Layer:
    """Return a layer with this name."""
    return Layer(name, prevents="coming in", applied="a spade", tested="came in", need=need, advice=advice)


@dataclass
class FakeObserver:
    """Answers each probe from a table, and all others with `otherwise`."""

    answers: Mapping[str, Observation] = field(default_factory=dict)
    otherwise: Observation = field(default_factory=lambda: Observation(Verdict.RETURNED, value={}))
    digest: str = "0" * 64

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the answer to a probe, whatever its arguments."""
        return self.answers.get(probe, self.otherwise)


def probe_named(name: str) -> Any:
    """Return the declaration of a probe of this name; of what it returns it declares nothing."""
    return type(Observed)("Probed", (Observed,), {"__module__": __name__}, probe=name)


def returned(value: Any) -> Observation:
    """Return an observation of a probe that returned."""
    return Observation(Verdict.RETURNED, value=value)


def some_evidence(submission: FakeObserver | None = None, reference: FakeObserver | None = None) -> Evidence:
    """Return evidence from fake observers."""
    profile = an_assignment().profiles["embedded"]
    return Evidence(submission or FakeObserver(), reference or FakeObserver(), profile, Path(), "secret")


def plan(*classes: type[unittest.TestCase]) -> list[PlannedTest]:
    """Return the tests of some classes, class by class and in the order of their names."""
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    return [planned(case) for case_class in classes for case in load(case_class)]


def outcomes(
    *classes: type[unittest.TestCase], submission: FakeObserver | None = None, **options: Any
) -> list[Outcome]:
    """Run all tests of some classes and return their outcomes."""
    return run_suites(plan(*classes), some_evidence(submission), **options)


def outcome(*classes: type[unittest.TestCase], submission: FakeObserver | None = None) -> Outcome:
    """Run the only test of some classes and return its outcome."""
    (only,) = outcomes(*classes, submission=submission)
    return only


def report_of(*lines: Outcome, **fields: Any) -> Report:
    """Return a report with these outcomes."""
    return Report(assignment="small", title="A small one", profile="embedded", submission="", outcomes=lines, **fields)


def by_gradescope_utils(*classes: type[unittest.TestCase]) -> Any:
    """Return the content of the `results.json` that gradescope-utils' own runner writes for some classes."""
    stream = io.StringIO()
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    JSONTestRunner(stream=stream).run(unittest.TestSuite(load(case_class) for case_class in classes))
    return json.loads(stream.getvalue())


def module_of(name: str, **members: Any) -> ModuleType:
    """Return a module with these members, and make it the module of its classes."""
    module = ModuleType(name)
    for key, member in members.items():
        if isinstance(member, type):
            member.__module__ = name
        setattr(module, key, member)
    return module


def zip_bytes(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip with these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tar_bytes(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar with these files."""
    stream = io.BytesIO()
    with tarfile.TarFile(fileobj=stream, mode="w", format=form) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()
