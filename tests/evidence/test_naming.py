"""An observation is named by all that makes it, and by nothing else."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import project
from autograder.assignments.line_fit.heldout import deferred_inputs
from autograder.checks.evidence import Evidence
from autograder.checks.handed import Handed
from autograder.evidence import environment as environment_module
from autograder.evidence.code import BESIDE_EVERY_PROBE, NOT_SEEN, Code, sizes_given
from autograder.evidence.environment import PACKAGES, environment, processor
from autograder.evidence.naming import harness_digest, observation_key
from autograder.evidence.probe_sources import probe_sources
from autograder.evidence.running import Question
from autograder.evidence.session import Session, cached_store, stored_session
from autograder.evidence.store import MemoryStore, ObservationStore, Record
from autograder.manifest import load_assignment
from tests.evidence.imported import imported_by
from tests.helpers import FakeObserver, returned

SLUG = "mnist_cnn"
FILES = sorted({source.module for source in probe_sources(SLUG).values()})


@cache
def imported() -> dict[str, frozenset[str]]:
    """Return what Python imports with each of the assignment's probe files, and beside all of them."""
    beside, *of_files = imported_by(BESIDE_EVERY_PROBE, *((name,) for name in FILES), torch=True)
    return {"beside": beside, **dict(zip(FILES, of_files, strict=True))}


def made_by() -> list[str]:
    """Return the modules that make observations of the assignment, by their sources."""
    code = Code()
    sources = [*code.reached(BESIDE_EVERY_PROBE, NOT_SEEN), *code.reached(FILES)]
    return sorted({source.name for source in sources})


@pytest.fixture(scope="module")
def session() -> Session:
    """Return a session in which nothing can run."""
    return stored_session(load_assignment(SLUG), "embedded", MemoryStore({}))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package, to be edited."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(project.PROJECT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def edited(copy: Path) -> Iterator[Any]:
    """Return what appends a comment to a module of the copy, until the test ends."""
    before: dict[Path, bytes] = {}

    def edit(name: str) -> Code:
        paths = [copy / f"{name.replace('.', '/')}{end}" for end in (".py", "/__init__.py")]
        (path,) = [path for path in paths if path.is_file()]
        before[path] = path.read_bytes()
        path.write_bytes(before[path] + b"\n# edited\n")
        return Code(copy)

    yield edit
    for path, content in before.items():
        path.write_bytes(content)


def key(session: Session, probe: str, deferred: Any = None, **arguments: Any) -> str:
    """Return the key of an observation of some submission."""
    limits, budget = session.assignment.limits, session.profile.budgets.get(probe)
    return observation_key(session, "0" * 64, Question(probe, arguments, deferred or {}), limits, budget)


def keys(session: Session) -> dict[str, str]:
    """Return the keys of all probes of a session, and of the import."""
    return {probe: key(session, probe) for probe in ("import", *session.probes)}


@pytest.mark.parametrize("module", made_by())
def test_edit_of_a_module_renews_what_it_makes(session: Session, module: str, edited: Any) -> None:
    """The keys of the probes that import it change, all keys if it runs beside each; the others stay."""
    before, after = keys(session), keys(replace(session, code=edited(module)))
    beside = module in imported()["beside"]
    of_files = {probe for probe, file in session.probes.items() if module in imported()[file.module]}

    assert {probe for probe in before if before[probe] != after[probe]} == (set(before) if beside else of_files)


def test_sources_tell_all_that_python_imports() -> None:
    """Nothing is imported beside a probe that the walk does not find, but for what no submission shows."""
    found = set(made_by())
    missing = {name for names in imported().values() for name in names - found}

    assert {name for name in missing if not f"{name}.".startswith(tuple(f"{one}." for one in NOT_SEEN))} == set()


def test_every_module_of_the_worker_is_beside_a_probe_or_known_not_to_be() -> None:
    """A new one has to be thought of: is what it does seen by a probe?"""
    code = Code()
    beside = {source.name for source in code.reached(BESIDE_EVERY_PROBE, NOT_SEEN)}
    modules = {path.stem for path in (project.PROJECT / "autograder" / "worker").glob("*.py")} - {"__init__"}
    left = {name for name in modules if f"autograder.worker.{name}" not in beside}

    assert left == {"huge_pages", "self_test", "zygote"}


def test_copy_has_the_same_names(session: Session, copy: Path) -> None:
    """A bundle carries our code to another folder; its observations are found there."""
    assert keys(replace(session, code=Code(copy))) == keys(session)


@pytest.mark.parametrize("package", PACKAGES)
def test_version_of_a_package_renews(session: Session, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow decides the pixels of a transform, say; another build of the same version does not count."""
    real = metadata.version

    def keys_with(suffix: str) -> dict[str, str]:
        monkeypatch.setattr(metadata, "version", lambda name: real(name).split("+")[0] + suffix * (name == package))
        environment_module._versions.cache_clear()
        return keys(replace(session, environment=environment(session.assignment)))

    try:
        before, build, after = keys(session), keys_with("+cpu"), keys_with(".1")
    finally:
        monkeypatch.undo()
        environment_module._versions.cache_clear()

    assert before == build
    assert not set(before.values()) & set(after.values())


def test_package_that_is_not_installed_has_a_name_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every place has all of them."""
    monkeypatch.setattr(environment_module, "PACKAGES", ("numpy", "no-such-package"))
    environment_module._versions.cache_clear()
    versions = environment_module._versions()
    environment_module._versions.cache_clear()

    assert versions == {"numpy": metadata.version("numpy"), "no-such-package": "none"}


XEON = "processor : 0\nmodel name : Xeon\ncpu MHz : {}\nflags : fpu avx2{}\n\nprocessor : 1\nmodel name : Xeon\n"


def test_processor_is_known_by_its_model_and_its_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch's kernels differ by them; the clock of the moment does not count, nor does a kernel that says nothing."""
    monkeypatch.setattr(environment_module, "CPUINFO", tmp_path / "cpuinfo")
    nothing = processor()
    named = []
    for text in (XEON.format("2500", ""), XEON.format("1800", ""), XEON.format("2500", " avx512f")):
        (tmp_path / "cpuinfo").write_text(text)
        named.append(processor())

    assert named[0] == named[1]
    assert len({nothing, *named}) == 3
    assert all("/" not in name for name in named)


def test_cache_of_another_processor_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that two machines share is two; what a bundle ships is found on both."""
    monkeypatch.setattr(project, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(project, "shipped_observations", lambda slug: tmp_path / "shipped")
    ObservationStore(tmp_path / "shipped").put("shipped", Record(returned(1)))
    cached_store(SLUG).put("seen", Record(returned(2)))
    here = [cached_store(SLUG).get(name) is not None for name in ("shipped", "seen")]
    monkeypatch.setattr(environment_module, "CPUINFO", tmp_path / "none")
    elsewhere = [cached_store(SLUG).get(name) is not None for name in ("shipped", "seen")]

    assert (here, elsewhere) == ([True, True], [True, False])


def test_processor_is_no_part_of_a_name(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver, and a laptop that judges the class again, find the observations of workers."""
    here = keys(replace(session, environment=environment(session.assignment)))
    monkeypatch.setattr(environment_module, "CPUINFO", tmp_path / "none")

    assert keys(replace(session, environment=environment(session.assignment))) == here


@pytest.mark.parametrize(
    ("module", "renews"),
    [
        ("autograder.assignments.line_fit.heldout", True),
        ("autograder.assignments.line_fit.test_heldout", False),
        ("autograder.checks.evidence", False),
    ],
)
def test_what_makes_deferred_inputs_renews(session: Session, module: str, renews: bool, edited: Any) -> None:
    """Other held-out data are another question, though the probe is the same; what only judges the answer is not."""
    observer = FakeObserver()
    deferred = deferred_inputs(Evidence(observer, observer, session.profile, session.data, "secret"))
    before = key(session, "heldout", deferred)
    code = edited(module)

    assert (key(replace(session, code=code), "heldout", deferred) != before) is renews
    assert key(session, "heldout") != before


def test_maker_is_known_behind_its_arguments() -> None:
    """A function with some arguments given belongs to the module that defines it."""
    code = Code()
    make = deferred_inputs(Evidence(FakeObserver(), FakeObserver(), None, Path(), ""))["heldout"]  # type: ignore[arg-type]

    assert code.of_maker(partial(partial(make), digest="d")) == code.of_maker(make)


def test_size_of_a_deferred_input_renews() -> None:
    """A threshold that says how many images are measured reaches the maker in an array or a number."""
    code = Code()
    counts = {code.of_maker(maker_of(np.zeros((count, 2)))) for count in (30, 40)}
    numbers = {code.of_maker(partial(maker_of, np.zeros(2), repeats=repeats)) for repeats in (1, 2)}

    assert len(counts) == len(numbers) == 2
    assert sizes_given(maker_of(np.zeros((3, 2), np.uint8))) == ["uint8 (3, 2)", "1"]


def maker_of(images: Any, repeats: int = 1) -> Any:
    """Return a function that closes over an array and a number."""
    return lambda digest: np.tile(images, repeats)


def test_handed_value_renews(session: Session) -> None:
    """Weights of the same shapes and other numbers make another observation."""
    one, other = (key(session, "layers", {"weights": Handed(np.full(3, value))}) for value in (1.0, 2.0))

    assert one != other


def test_list_of_modules_that_is_out_of_date_is_refused() -> None:
    """Rather than that the digest silently holds less."""
    with pytest.raises(LookupError, match="there is no module autograder\\.worker\\.renamed"):
        Code().of(["autograder.worker.renamed"])


@pytest.mark.parametrize(
    ("module", "renews"),
    [
        ("autograder.supervisor.watch", True),
        ("autograder.confinement.seccomp", True),
        ("autograder.sandbox.child_session", True),
        ("autograder.worker.zygote", True),
        ("autograder.worker.child", True),
        ("autograder.evidence.observer", True),
        ("autograder.probes.training_trace", False),  # the keys of the probes that import it hold it
        ("autograder.rendering.text", False),
        ("autograder.checks.differences", False),
    ],
)
def test_harness_digest_holds_what_the_keys_leave_out(module: str, renews: bool, copy: Path, edited: Any) -> None:
    """The sandbox and all in it; neither what judges nor what renders."""
    before = harness_digest(Code(copy))

    assert (harness_digest(edited(module)) != before) is renews


def test_harness_digest_depends_on_the_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Observations under this name are not carried from one machine to another."""
    before = harness_digest()
    monkeypatch.setattr(environment_module, "CPUINFO", tmp_path / "none")

    assert harness_digest() != before
