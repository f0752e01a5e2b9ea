"""The rubric: everything beside observations that a class's reports depend on, and whose changes explain new scores."""

import hashlib
import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from autograder import project
from autograder.evidence.code import Code, digest_of
from autograder.evidence.observer import reference_of
from autograder.evidence.session import Session
from autograder.model.assignment import Assignment
from autograder.suites.load import PlannedTest
from autograder.system.imports import OURS

JUDGING = f"{OURS}.classroom.judge"  # imports everything that turns observations into outcomes and words
# These affect how something is observed; names of observations, or digests of the sources, cover them.
NOT_JUDGING = (f"{OURS}.sandbox", f"{OURS}.intake")
WEIGHT, THRESHOLD, SUITE, PROBE, BUDGET, OTHER = "weight", "threshold", "suite", "probe", "budget", "other"
SEED_OR_SECRET = f"{OTHER}: the assignment's seed or secret"


@dataclass(frozen=True)
class Rubric:
    """Names of parts, each with its value or the SHA-256 of its content.

    Attributes:
        parts: "kind: name" to value, such as "threshold: heldout_accuracy" to "0.94".
    """

    parts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A name for the rubric: equal if all parts are."""
        return hashlib.sha256(json.dumps(dict(self.parts), sort_keys=True).encode()).hexdigest()[:16]

    def changes_from(self, former: "Rubric") -> tuple["Change", ...]:
        """Return the parts that changed."""
        names = sorted(self.parts.keys() | former.parts.keys())
        pairs = ((name, former.parts.get(name, ""), self.parts.get(name, "")) for name in names)
        return tuple(Change(name, before, after) for name, before, after in pairs if before != after)


@dataclass(frozen=True)
class Change:
    """A changed part of the rubric; `before` is empty for a new part, `after` for one that is gone."""

    part: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change as a person reads it."""
        kind, name = self.part.split(": ", 1)
        if kind in (WEIGHT, THRESHOLD, BUDGET):
            what = {WEIGHT: "weight of ", THRESHOLD: "threshold ", BUDGET: "budget of "}[kind] + name
            return f"{what}: {self.before or 'none'} → {self.after or 'none'}"
        how = "is new" if not self.before else "is gone" if not self.after else "changed"
        return f"{name} {how}{', observed again' if kind == PROBE and self.before and self.after else ''}"

    def concerns(self, test: PlannedTest) -> bool:
        """Return whether the change can explain a different outcome of a test."""
        kind, name = self.part.split(": ", 1)
        source, text = _source_of(test)
        if kind == WEIGHT:
            return name == test.number
        if kind == SUITE:
            return name == source or not name.startswith("test_")
        if kind in (THRESHOLD, BUDGET):
            return name in text or "threshold(f" in text  # the test may build the name when it runs
        return True  # nobody knows which tests use what these affect


def rubric_of(session: Session, planned: Sequence[PlannedTest]) -> Rubric:
    """Return the rubric by which a session judges."""
    return Rubric(dict(_parts(session, planned)))


def _parts(session: Session, planned: Sequence[PlannedTest]) -> Iterator[tuple[str, str]]:
    assignment, profile = session.assignment, session.profile
    for test in planned:
        yield f"{WEIGHT}: {test.number or test.key}", "" if test.weight is None else f"{test.weight:g}"
    for name, value in profile.thresholds.items():
        yield f"{THRESHOLD}: {name}", f"{value:g}"
    for name, budget in profile.budgets.items():
        yield f"{BUDGET}: {name}", f"{budget.times_reference:g} × the reference's, {budget.floor_s:g} s at least"
    suites, probes = _own_modules(assignment.slug)
    for path in suites:
        yield f"{SUITE}: {path.name}", _digest(path.read_bytes())
    for path in probes:
        yield f"{PROBE}: {path.name}", session.code.of_module(_module(assignment.slug, path))[:16]
    yield f"{OTHER}: the code beside every probe", session.code.beside_every_probe[:16]
    yield f"{OTHER}: the limits of all probes", _digest(msgspec.json.encode(assignment.limits))
    yield SEED_OR_SECRET, seed_or_secret(assignment)
    yield f"{OTHER}: the data", session.data_digest
    yield f"{OTHER}: the reference solution", reference_of(session).digest
    yield f"{OTHER}: the harness's judging", _judging(session.code, [_module(assignment.slug, path) for path in suites])


def seed_or_secret(assignment: Assignment) -> str:
    """Return the value of the part `SEED_OR_SECRET`: a digest, so it does not tell the secret."""
    return _digest(f"{assignment.seed} {assignment.secret}".encode())


def _own_modules(slug: str) -> tuple[list[Path], list[Path]]:
    """Return an assignment's files that judge and its files with probes; known mistakes are neither."""
    paths = sorted(project.definition(slug).glob("*.py"))
    kept = [path for path in paths if path.name != "__init__.py" and not project.is_mistakes_file(path.name)]
    probes = [path for path in kept if path.name.startswith("probe_")]
    return [path for path in kept if path not in probes], probes


def _module(slug: str, path: Path) -> str:
    return f"{project.ASSIGNMENTS}.{slug}.{path.stem}"


def _judging(code: Code, suites: Sequence[str]) -> str:
    """Return the digest of our code that judges, and of our code that the assignment's suites import."""
    sources = code.reached([JUDGING, *suites], without=NOT_JUDGING)
    return digest_of(source for source in sources if not source.name.startswith(f"{project.ASSIGNMENTS}."))[:16]


@cache
def _text_of(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _source_of(test: PlannedTest) -> tuple[str, str]:
    """Return the name of the file that defines a test, and its text."""
    path = inspect.getsourcefile(type(test.case)) or ""
    return Path(path).name, _text_of(path) if path else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
