"""An attack: a whole hostile submission, and its expected outcome."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model.failures import UnusableAssignment
from autograder.model.verdict import Verdict

OUTCOMES, ONLY_IN_EXCEPTIONS = ("BLOCKED", "FAILED", "INERT"), "POSSIBLE"
FIRST_LINE = re.compile(r"(?P<outcome>[A-Z]+)(?: \((?P<details>[^)]*)\))?: (?P<story>.+)")
EXCEPTION = re.compile(r"Except in (?P<facts>[^:]+): (?P<rest>.+)")


class UnusableAttack(UnusableAssignment):
    """A file of the corpus does not state its expected outcome; names the file and the line."""


@dataclass(frozen=True)
class Expectation:
    """The expected outcome of an attack.

    Attributes:
        outcome: BLOCKED (the attempt was denied, and the honest rest earns full points), INERT (full points, nothing
            gained), FAILED (points lost, for a true reason), or POSSIBLE (it works; allowed only in an exception, for
            a machine that lacks a layer).
        verdicts: of a FAILED attack: the verdicts that are true of it, one or more.
        loses: of a FAILED attack: numbers of the tests that lose their points; None for all of them.
    """

    outcome: str
    verdicts: frozenset[Verdict] = frozenset()
    loses: frozenset[str] | None = None

    def __str__(self) -> str:
        """Return it as the attack's first line writes it."""
        parts = [" or ".join(sorted(self.verdicts)), f"loses {', '.join(sorted(self.loses))}" if self.loses else ""]
        details = "; ".join(filter(None, parts))
        return f"{self.outcome} ({details})" if details else self.outcome


@dataclass(frozen=True)
class Attack:
    """One file of the corpus.

    Attributes:
        family: its folder, such as `"secrets"`.
        name: the file's name without its ending.
        path: the file.
        story: its attempt, in a sentence.
        expected: the expected outcome.
        exceptions: outcomes that replace it on machines with certain facts, such as `{"root", "no Landlock"}`.
        makes_upload: whether the file defines `upload(folder) -> Path`, which lays out the upload itself.
    """

    family: str
    name: str
    path: Path
    story: str
    expected: Expectation
    exceptions: tuple[tuple[frozenset[str], Expectation], ...]
    makes_upload: bool

    def expected_where(self, facts: frozenset[str]) -> Expectation:
        """Return the expected outcome on a machine with these facts."""
        return next((other for needed, other in self.exceptions if needed <= facts), self.expected)

    def upload(self, folder: Path) -> Path:
        """Lay out the attack's upload in a folder that holds the honest solution; return the path to upload."""
        if not self.makes_upload:
            (folder / "submitted.py").write_bytes(self.path.read_bytes())
            return folder
        space: dict[str, Any] = {"__name__": self.name}
        exec(compile(self.path.read_text(), self.path, "exec"), space)  # our own code, which only lays out files
        make: Callable[[Path], Path] = space["upload"]
        return make(folder)


def attacks_in(corpus: Path) -> Iterator[Attack]:
    """Yield the attacks of a corpus, family by family.

    Raises:
        UnusableAttack: a file's docstring does not state the expected outcome.
    """
    for path in sorted(corpus.glob("*/*.py")):
        if path.stem != "__init__":
            yield attack_from(path)


def attack_from(path: Path) -> Attack:
    """Return the attack that a file describes.

    Raises:
        UnusableAttack: its docstring does not state the expected outcome.
    """
    tree = ast.parse(path.read_text())
    lines = (ast.get_docstring(tree) or "").splitlines()
    expected, story = _expectation(lines[0] if lines else "", OUTCOMES, path)
    exceptions = []
    for line in filter(None, lines[1:]):
        match = EXCEPTION.fullmatch(line)
        if not match:
            raise UnusableAttack(f"{path.parent.name}/{path.name}: {line!r}: write Except in <facts>: <outcome>: <why>")
        facts = frozenset(fact.strip() for fact in match["facts"].split(" and "))
        exceptions.append((facts, _expectation(match["rest"], (*OUTCOMES, ONLY_IN_EXCEPTIONS), path)[0]))
    makes = any(isinstance(node, ast.FunctionDef) and node.name == "upload" for node in tree.body)
    return Attack(path.parent.name, path.stem, path, story, expected, tuple(exceptions), makes)


def _expectation(line: str, outcomes: tuple[str, ...], path: Path) -> tuple[Expectation, str]:
    match = FIRST_LINE.fullmatch(line)
    if not match or match["outcome"] not in outcomes or (match["outcome"] == "FAILED") != bool(match["details"]):
        raise UnusableAttack(
            f"{path.parent.name}/{path.name}: {line!r}: begin with BLOCKED:, INERT: or FAILED (verdict): and a sentence"
        )
    words, _, losses = (match["details"] or "").partition("; loses ")
    try:
        verdicts = frozenset(Verdict(word.strip()) for word in words.split(" or ") if word)
    except ValueError as error:
        raise UnusableAttack(f"{path.parent.name}/{path.name}: {error}: use the words of verdict.py") from None
    loses = frozenset(number.strip() for number in losses.split(",")) if losses else None
    return Expectation(match["outcome"], verdicts, loses), match["story"]
