"""Makes the students' zip: template, data, and the visible tests with all that they need at home."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import project
from autograder.checks.evidence import Evidence
from autograder.evidence.observer import Observer, reference_of
from autograder.evidence.packages import LOCK, locked, name_of
from autograder.evidence.session import open_session
from autograder.grading.reference import refuse_incomplete
from autograder.handout.selection import Selection, select_tests
from autograder.handout.shipped import AT_HOME, FILES, TORCHVISION, Shipped
from autograder.intake.reference import take_reference
from autograder.local_runner.hand_out import ANSWERS, HandOut, answers_as_bytes, digest_of, question
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment, Upload
from autograder.model.observation import Observation
from autograder.notebooks.choice import ENDING
from autograder.notebooks.write import notebook_of
from autograder.suites.imported_suite import STATED_IN
from autograder.suites.load import UnusableSuite, load_suites
from autograder.suites.run import run_suites
from autograder.system.zips import write_zip

PROFILE = "embedded"
TESTS, RUN = "visible_tests", "run_visible_tests.py"
RUNNER, STAND_INS = "autograder.local_runner.main", "autograder.worker.stand_ins"
MIB = 1 << 20
PACKAGES = "# The grader has these packages, too. Install all with pip install -r packages.txt, or single ones."
INTRODUCTION = (
    "Write your solution into the cells below, and keep the names of the functions. Then upload this notebook, `{}`{}: "
    "wherever the hand-out says `{}`, this notebook is meant. The grader runs it cell by cell, from the top, in a "
    "fresh folder. An error ends its cell, and the next one begins."
)


@dataclass(frozen=True)
class Written:
    """A finished handout.

    Attributes:
        size_mib: of the zip, MiB.
        tests: how many tests students can run.
        elsewhere: how many only the grader runs.
    """

    size_mib: float
    tests: int
    elsewhere: int


def _nothing_to_run(slug: str) -> str:
    if (project.definition(slug) / STATED_IN).is_file():
        return "the tests of an imported suite hold their answers; give students the visible files yourself"
    return "a handout needs one"


def write_handout(slug: str, output: Path, as_notebook: bool = False) -> Written:
    """Write the zip; the reference solution must pass its visible tests.

    Args:
        slug: name of the assignment.
        output: path of the zip.
        as_notebook: whether the template becomes a notebook.

    Raises:
        UnusableInput: there is no such assignment, or its data are missing.
        UnusableSuite: the handout would not work, or would reveal hidden content.
    """
    assignment = load_assignment(slug)
    selection = select_tests(assignment, load_suites(assignment))
    if not selection.tests:
        raise UnusableSuite(f"{slug} has no visible test that can run at home: {_nothing_to_run(slug)}")
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name) / slug
        _lay_out_template(stage, assignment)
        _lay_out_tests(stage, assignment, selection)
        if as_notebook:
            _make_notebook(stage, assignment.upload)
        _try(stage, assignment, as_notebook)
        output.parent.mkdir(parents=True, exist_ok=True)
        write_zip(output, stage, stage.parent)
    return Written(output.stat().st_size / MIB, len(selection.tests), len(selection.elsewhere))


def _lay_out_template(stage: Path, assignment: Assignment) -> None:
    """Copy the template and the given data."""
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(project.template(assignment.slug), stage, ignore=unwanted)
    data = project.data(assignment.slug, PROFILE)
    for name in assignment.profiles[PROFILE].given:
        source, target = data / name, stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=unwanted)
        else:
            shutil.copyfile(source, target)


def _lay_out_tests(stage: Path, assignment: Assignment, selection: Selection) -> None:
    with_torchvision = TORCHVISION in Shipped(selection.texts).packages or _imports_torchvision(assignment)
    shipped = Shipped(selection.texts, RUNNER, *([STAND_INS] if with_torchvision else []))
    for path, text in shipped.files.items():
        file = stage / TESTS / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    (stage / TESTS / ANSWERS).write_bytes(answers_as_bytes(_answers_of_reference(assignment, selection)))
    _hand_out(stage, assignment, selection, with_torchvision).write(stage / TESTS)
    shutil.copyfile(FILES / RUN, stage / RUN)
    needed = sorted(AT_HOME[package] for package in shipped.packages | ({TORCHVISION} if with_torchvision else set()))
    (stage / "requirements.txt").write_text("\n".join(needed) + "\n", encoding="utf-8")
    _name_packages(stage, assignment)


def _name_packages(stage: Path, assignment: Assignment) -> None:
    """Write which further packages the grader has; none of them is needed to run the tests."""
    pins = locked(assignment)
    named = sorted({name for name in map(name_of, assignment.python.packages) if name in pins})
    if named:
        lines = [PACKAGES, *(f"{name}=={pins[name]}" for name in named if " " not in pins[name])]
        (stage / LOCK).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _make_notebook(folder: Path, upload: Upload) -> None:
    """Put a notebook in the place of a source."""
    source = folder / upload.main_file
    notebook = source.with_suffix(ENDING)
    others = " and the other files that the hand-out asks for" if len(upload.required) > 1 else ""
    introduction = INTRODUCTION.format(notebook.name, others, upload.main_file)
    notebook.write_bytes(notebook_of(source.read_text(encoding="utf-8"), introduction))
    source.unlink()


def _imports_torchvision(assignment: Assignment) -> bool:
    """Return whether the solution uses torchvision."""
    sources = take_reference(assignment, PROFILE).files
    return any(TORCHVISION.encode() in content for name, content in sources.items() if name.endswith(".py"))


def _hand_out(stage: Path, assignment: Assignment, selection: Selection, with_torchvision: bool) -> HandOut:
    profile = assignment.profiles[PROFILE]
    given = (*profile.given, *assignment.support)
    return HandOut(
        assignment=assignment.slug,
        title=assignment.title,
        entry=assignment.upload.main_file,
        imports=assignment.entry,
        parts=assignment.upload.entries if assignment.has_parts else (),
        accepted=assignment.upload.accepted,
        given=given,
        data_digest=digest_of(stage, given),
        seed=assignment.seed,
        threads=assignment.threads,
        thresholds={name: profile.thresholds[name] for name in selection.thresholds},
        probes=selection.probes,
        suites=selection.suites,
        tests=tuple(test.key for test in selection.tests),
        with_torchvision=with_torchvision,
        elsewhere=len(selection.elsewhere),
        points_elsewhere=sum(test.weight or 0.0 for test in selection.elsewhere),
        manual_points=assignment.points
        - sum(test.weight or 0.0 for tests in (selection.tests, selection.elsewhere) for test in tests),
    )


class _Recorder:
    """Passes calls on to the reference's observer, and records the answers."""

    def __init__(self, reference: Observer) -> None:
        self.digest = reference.digest
        self.answers: dict[str, Observation] = {}
        self._reference = reference

    def observe(self, probe: str, deferred: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return the answer of the reference's observer."""
        answer = self._reference.observe(probe, deferred, **arguments)
        self.answers[question(probe, arguments)] = answer
        return answer


def _answers_of_reference(assignment: Assignment, selection: Selection) -> dict[str, Observation]:
    """Return the reference solution's answers to the visible tests.

    Raises:
        UnusableSuite: the reference solution fails a test.
    """
    with open_session(assignment, PROFILE) as session:
        observer = reference_of(session)
        recorder = _Recorder(observer)
        # Without the secret, tests ask the questions for use at home, which the grader never asks.
        evidence = Evidence(observer, recorder, session.profile, session.data, secret="")
        refuse_incomplete(assignment, run_suites(selection.tests, evidence))
    return recorder.answers


def _try(stage: Path, assignment: Assignment, as_notebook: bool) -> None:
    """Run the tests on the reference solution as a student would, without the harness.

    Raises:
        UnusableSuite: the reference solution fails a test.
    """
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name) / "trial"
        shutil.copytree(stage, trial)
        for file, content in take_reference(assignment, PROFILE).files.items():
            (trial / file).parent.mkdir(parents=True, exist_ok=True)
            (trial / file).write_bytes(content)
        if as_notebook:
            _make_notebook(trial, assignment.upload)
        ended = subprocess.run([sys.executable, "-E", "-s", trial / RUN], capture_output=True, text=True)
    if ended.returncode:
        said = "\n".join([*ended.stdout.splitlines(), *ended.stderr.splitlines()[-5:]])
        raise UnusableSuite(f"{assignment.slug}: the reference solution does not pass its handout's tests:\n{said}")
