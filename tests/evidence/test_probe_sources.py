"""The probes of an assignment are found, and what a child could not import is refused with a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import project
from autograder.evidence import probe_sources as module
from autograder.evidence.probe_sources import modules_for, probe_sources
from autograder.model.failures import UnusableInput

SLUG = "made_up"
PACKAGE = f"autograder.assignments.{SLUG}"
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files of an assignment, by their names without the ending."""
    folder = tmp_path / "autograder" / "assignments" / SLUG
    folder.mkdir(parents=True)
    monkeypatch.setattr(project, "definition", lambda slug: folder)
    monkeypatch.setattr(module.project, "PROJECT", tmp_path)

    def written(**files: str) -> None:
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)

    return written


def test_public_functions_of_probe_files_are_probes(write: Write) -> None:
    """Functions whose names begin with an underscore, and other files, are none."""
    write(probe_layers="def layers(submitted): ...\ndef _helper(): ...\n", helpers="def other(): ...\n")
    found = probe_sources(SLUG)

    assert found.keys() == {"layers"}
    assert found["layers"].module == f"{PACKAGE}.probe_layers"


def test_probe_of_two_files_is_refused(write: Write) -> None:
    """Two files cannot define a probe of the same name."""
    write(probe_one="def layers(submitted): ...\n", probe_two="def layers(submitted): ...\n")

    with pytest.raises(UnusableInput, match=r"made_up/probe_two.py: the probe 'layers' is defined twice"):
        probe_sources(SLUG)


@pytest.mark.parametrize(
    "line",
    [
        "from autograder.checks.measures import accuracy",
        "from autograder.worker import calibration",
        "import autograder.wire.frames",
        "from autograder import project",
        "from autograder.assignments.another.probe_layers import layers",
        "def layers(submitted):\n    from autograder.model import verdict",
    ],
)
def test_import_of_another_package_is_refused(write: Write, line: str) -> None:
    """The sentence names the file, the module, and the packages that a probe may use."""
    write(probe_layers=line + "\n")

    with pytest.raises(
        UnusableInput, match=r"^made_up/probe_layers\.py imports autograder\.\w+.*docs/probes\.md lists"
    ):
        probe_sources(SLUG)


def test_import_of_another_package_by_a_helper_is_refused(write: Write) -> None:
    """A module that travels with a probe is held to the same."""
    write(
        probe_layers="from autograder.assignments.made_up.helpers import other\n",
        helpers="from autograder.checks.evidence import Evidence\n",
    )

    with pytest.raises(UnusableInput, match=r"made_up/helpers\.py imports autograder\.checks\.evidence"):
        probe_sources(SLUG)


def test_permitted_imports_are_taken(write: Write) -> None:
    """Tools for probes, declarations, libraries, and modules of the assignment itself, which then travel along."""
    write(
        probe_layers="import torch\nfrom autograder.probes import weights\nfrom .helpers import other\n"
        "def layers(submitted): return torch, weights, other\ndef unused(submitted): ...\n",
        helpers="from autograder.wire.declaration import Observed\n",
    )
    probes = probe_sources(SLUG)
    (travelling,) = modules_for(SLUG, probes["layers"]).items()

    assert not modules_for(SLUG, probes["unused"])
    assert travelling == (f"{PACKAGE}.helpers", "from autograder.wire.declaration import Observed\n")


def test_suite_does_not_enter_the_sandbox(write: Write) -> None:
    """A probe that imports a suite would take expected values along."""
    write(probe_layers="from autograder.assignments.made_up.test_layers import X\n", test_layers="X = 1\n")

    with pytest.raises(UnusableInput, match="judging code must not enter the sandbox"):
        probe_sources(SLUG)


def test_helper_that_is_no_python_is_refused(write: Write) -> None:
    """The sentence names the file and the line."""
    write(probe_layers="from autograder.assignments.made_up import helpers\n", helpers="x = 1\ndef\n")

    with pytest.raises(UnusableInput, match=r"made_up/helpers\.py: line 2: invalid syntax"):
        probe_sources(SLUG)
