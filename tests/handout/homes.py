"""A student's folder, and the grader's report on the same files."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.checks.evidence import Evidence
from autograder.evidence.observer import observers_of
from autograder.evidence.session import Session
from autograder.handout.selection import select_tests
from autograder.handout.write import write_handout
from autograder.intake.submission import submission_of
from autograder.model.outcome import Outcome
from autograder.suites.load import load_suites
from autograder.suites.run import run_suites

ONLY_TORCH = Path(__file__).with_name("only_torch.py")


def unpacked(slug: str, folder: Path) -> Path:
    """Make the handout of an assignment, and return the folder that a student gets from it."""
    write_handout(slug, folder / "handout.zip")
    with zipfile.ZipFile(folder / "handout.zip") as archive:
        archive.extractall(folder)
    return folder / slug


def run(home: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the visible tests there, without access to the harness."""
    command = [sys.executable, "-I", "-B", ONLY_TORCH, home / "run_visible_tests.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd or home.parent, env={"HOME": str(home)})


def run_on(home: Path, files: Mapping[str, bytes], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Copy these files into the folder, and run the visible tests."""
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return run(home, *arguments)


def graded(session: Session, files: Mapping[str, bytes]) -> list[Outcome]:
    """Return the grader's outcomes of the same tests, for the questions of the handout."""
    observers = observers_of(session, submission_of(as_entries(files), session.assignment))
    tests = select_tests(session.assignment, load_suites(session.assignment)).tests
    return run_suites(tests, Evidence(*observers, session.profile, session.data, secret=""))


def as_entries(files: Mapping[str, bytes]) -> list[tuple[str, int, bytes]]:
    """Return files as the intake takes them: names, sizes and contents."""
    return [(name, len(content), content) for name, content in files.items()]


def one_line(text: str) -> str:
    """Return a text with single spaces, since indentation differs."""
    return " ".join(text.split())


def unsaid(outcomes: list[Outcome], printed: str) -> list[str]:
    """Return the sentences of these outcomes that the student's terminal did not show."""
    said = one_line(printed)
    texts = [
        text
        for outcome in outcomes
        if outcome.score < (outcome.weight or 0.0)
        for text in (outcome.title, outcome.explanation.expected, outcome.explanation.seen, outcome.explanation.hint)
    ]
    return [text for text in texts if one_line(text) not in said]
