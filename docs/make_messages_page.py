"""Makes the page of messages: for each known mistake of an assignment, the messages that a student gets for it.

.venv/bin/python docs/make_messages_page.py [--assignment NAME] [--only WORD] [-o FILE]

It grades all of them, which takes some minutes on two cores, or with --only those whose name holds the word. The page
shows neither the day nor the speed of the machine, so it differs from the page before only where a message has changed.
"""

import difflib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from autograder.checks.mistake import Mistake  # noqa: E402 (the project is not installed)
from autograder.gradebook.tables import MEASURED  # noqa: E402
from autograder.intake.reference import take_reference  # noqa: E402
from autograder.manifest import load_assignment  # noqa: E402
from autograder.model.assignment import Assignment  # noqa: E402
from autograder.model.outcome import Explanation, Outcome  # noqa: E402
from autograder.model.report import Report  # noqa: E402
from autograder.rendering.html import to_page  # noqa: E402
from autograder.rendering.student_page import MEANINGS, Line, lines_of  # noqa: E402
from autograder.suites.load import load_suites  # noqa: E402
from autograder.system.files import check_writable, write_whole  # noqa: E402
from autograder.verify.cases import cases_of, known_mistakes  # noqa: E402
from autograder.verify.pool import grade_all  # noqa: E402

HUNK = re.compile(r"^@@ -(\d+).*")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PAGE, TEMPLATE = PROJECT / "docs" / "messages.html", PROJECT / "docs" / "messages.html.jinja"


@dataclass(frozen=True)
class Message:
    """A known mistake, and its outcome.

    Attributes:
        mistake: the change.
        change: the same as lines: taken out behind a minus, put in behind a plus, and their place behind "@@".
        report: as a student reads it.
    """

    mistake: Mistake
    change: str
    report: Report

    @property
    def heading(self) -> str:
        """The mistake's name as people write."""
        return self.mistake.name.replace("_", " ").capitalize()

    @property
    def lost(self) -> str:
        """Numbers of the tests that lost points."""
        return ", ".join(line.outcome.number for line in self.lines)

    @property
    def lines(self) -> list[Line]:
        """The tests that lost points."""
        return [line for line in lines_of(self.report) if line.outcome.score < (line.outcome.weight or 0.0)]

    @property
    def on_top(self) -> list[str]:
        """The text at the top of the student's page."""
        return [text for text in (self.report.problem, *self.report.remarks) if text]


def to_messages_page(title: str, profile: str, messages: Sequence[Message]) -> str:
    """Return the page."""
    return to_page(
        TEMPLATE,
        with_images=any(one.kind == "tiles" for message in messages for line in message.lines for one in line.plots),
        title=title,
        profile=profile,
        messages=messages,
        meanings=MEANINGS,
    )


def messages_of(assignment: Assignment, only: str, profile: str = "embedded") -> list[Message]:
    """Grade the known mistakes whose name holds a word; each is told when it is done."""
    known = {mistake.name: mistake for mistake in known_mistakes(assignment)}
    cases = [case for case in cases_of(assignment, load_suites(assignment), profile) if case.name in known]
    chosen = [case for case in cases if only in case.name]
    reference = take_reference(assignment, profile).files
    messages = []
    reports = grade_all(assignment, profile, [case.submission for case in chosen])
    for case, report in zip(chosen, reports, strict=True):
        click.echo(f"{case.name}: {report.score:g} of {report.max_score:g}")
        messages.append(Message(known[case.name], change_of(reference, case.submission.files), without_speed(report)))
    return messages


def without_speed(report: Report) -> Report:
    """Return a report in which nothing tells how fast the machine was: … for the numbers of what a limit ended."""
    outcomes = (_without_numbers(one) if one.verdict in MEASURED else one for one in report.outcomes)
    return replace(report, outcomes=tuple(outcomes))


def _without_numbers(outcome: Outcome) -> Outcome:
    """Leave the plots out, too, and of lines that are equal without their numbers all but one."""
    said = outcome.explanation
    seen, detail = (NUMBER.sub("…", text) for text in (said.seen, said.detail))
    detail = "\n".join(dict.fromkeys(detail.splitlines()))
    return replace(outcome, explanation=Explanation(said.expected, seen, said.hint, detail), plots=())


def change_of(before: dict[str, bytes], after: dict[str, bytes]) -> str:
    """Return what was changed, with a line around it and its place in the file."""
    return "\n".join(
        line
        for name in sorted(before.keys() | after.keys())
        for line in _differences(before.get(name, b""), after.get(name, b""))
    )


def _differences(before: bytes, after: bytes) -> list[str]:
    old, new = (content.decode("utf-8", "replace").splitlines() for content in (before, after))
    lines = difflib.unified_diff(old, new, n=1, lineterm="")
    return [HUNK.sub(r"@@ line \1", line) for line in lines if not line.startswith(("---", "+++"))]


@click.command(help=__doc__)
@click.option("--assignment", "slug", default="cifar8_finetune", show_default=True, metavar="NAME")
@click.option("--only", default="", metavar="WORD", help="Only known mistakes whose name holds this word.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=PAGE, metavar="FILE")
def main(slug: str, only: str, output: Path) -> None:
    """Grade, and write the page."""
    check_writable(output)
    assignment = load_assignment(slug)
    messages = messages_of(assignment, only)
    if not messages:
        raise click.ClickException(f"--only {only}: no known mistake of {slug} has this word in its name")
    write_whole(output, to_messages_page(assignment.title, "embedded", messages).encode("utf-8", "replace"))
    click.echo(f"{output}: {len(messages)} known mistakes, {output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
