"""An assignment declares each of its probes, with bounds; what is missing is refused with the file and what to do."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import project
from autograder.assignments.line_fit.observed import Points, Predictions
from autograder.evidence.declared import declared_by
from autograder.evidence.probe_sources import ProbeSource, modules_for, probe_sources
from autograder.model.failures import UnusableInput
from autograder.system.imports import Source

HEAD = """
from typing import Annotated
from autograder.wire.declaration import Count, Meta, Observed
"""
WIRE, PLAIN = "autograder.wire.declaration", {"numpy", *sys.stdlib_module_names}
# They declare trained networks and how they were trained, and need nothing but WIRE.
TRAINED = ("autograder.wire.network", "autograder.wire.training")
COUNTED = HEAD + 'class Counted(Observed, probe="counted"):\n    count: Count\n'


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an assignment of one probe that declares nothing yet."""
    import autograder.assignments as assignments

    folder = tmp_path / "autograder" / "assignments" / "made_up"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    monkeypatch.setattr(assignments, "__path__", [*assignments.__path__, str(folder.parent)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("autograder.assignments.made_up")]:
        del sys.modules[name]


def test_declarations_of_an_assignment_are_found_by_probe() -> None:
    """The structs of observed.py belong to the probes that they name."""
    declared = declared_by("line_fit", probe_sources("line_fit"))

    assert declared["points"] is Points
    assert declared["predictions"] is Predictions
    assert declared.keys() == probe_sources("line_fit").keys()


@pytest.mark.parametrize("slug", project.slugs())
def test_every_probe_of_the_house_is_declared(slug: str) -> None:
    """No assignment leaves a probe out, or declares one that it does not have."""
    assert declared_by(slug, probe_sources(slug)).keys() == probe_sources(slug).keys()


@pytest.mark.parametrize("slug", project.slugs())
def test_declarations_import_nothing_but_the_wire(slug: str) -> None:
    """The grader, the sandbox and students import them, so they need no torch, and nothing of the harness beside."""
    own = f"autograder.assignments.{slug}."
    files = sorted(project.definition(slug).glob("observed*.py"))
    sources = [Source(f"{own}{path.stem}", path.name, path.read_text(encoding="utf-8")) for path in files]
    known = tuple(f"{one}." for one in (WIRE, *TRAINED))
    imported = {one for source in sources for one in source.imports if not one.startswith((own, *known))}

    assert files
    assert {one for one in imported if one.partition(".")[0] not in PLAIN} <= {WIRE, *TRAINED}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, r"made_up/observed\.py: the probe 'counted' is not declared; write `class …\(Observed, probe='counted'"),
        (
            COUNTED + 'class Other(Observed, probe="other"):\n    count: Count\n',
            r"made_up/observed\.py: there is no probe 'other'; remove Other, or rename",
        ),
        (
            HEAD + 'class Counted(Observed, probe="counted"):\n    text: str\n',
            r"made_up/observed\.py: Counted\.text: a str needs a bound",
        ),
        (COUNTED.replace("Count\n", "Counts\n"), r"made_up/observed\.py: name 'Counts' is not defined"),
    ],
)
def test_incomplete_declarations_are_refused(made_up: Path, text: str, said: str) -> None:
    """The error names the file, and says what to do."""
    (made_up / "observed.py").write_text(text)

    with pytest.raises(UnusableInput, match=said):
        declared_by("made_up", ["counted"])


def test_assignment_without_declarations_is_refused(made_up: Path) -> None:
    """Without observed.py nothing is graded; the error says where to read on."""
    with pytest.raises(UnusableInput, match=r"made_up/observed\.py is missing: .* see docs/authoring\.md"):
        declared_by("made_up", ["counted"])


def test_job_carries_what_the_probe_imports_and_nothing_else() -> None:
    """Of the assignment's own files only those enter the sandbox that the probe's file names."""
    package = "autograder.assignments.line_fit"

    assert modules_for("line_fit", probe_sources("line_fit")["predictions"]).keys() == {f"{package}.observed"}


def test_probe_that_imports_tests_is_refused(made_up: Path) -> None:
    """Judging code holds answers, so no probe may bring it into the sandbox, in whatever way."""
    package = "autograder.assignments.made_up"
    (made_up / "probe_it.py").write_text(f"from {package}.shared import x\n")
    (made_up / "shared.py").write_text(f"from {package}.test_it import x\n")
    (made_up / "test_it.py").write_text("x = 42\n")

    with pytest.raises(UnusableInput, match=r"made_up\.probe_it imports .*made_up\.test_it"):
        modules_for("made_up", ProbeSource(f"{package}.probe_it", f"from {package}.shared import x\n"))
