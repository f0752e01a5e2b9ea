"""The commands in the documents for people, and the changes to files that they describe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

from autograder.commands.main import cli
from autograder.project import PROJECT

PATTERNS = ("*.md", "docs/*.md", "docs/decisions/*.md", "student_template/*/HANDOUT.md")  # docs/data describes the past
FENCED = re.compile(r"(?:^<!-- (write|edit|append to) (\S+) -->\n)?^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
STARTS = r"(?:\./)?run_autograder|\./run_tests|\./setup\.sh|\.venv/bin/\w+|(?:python3?|pip|unzip|sbatch|kubectl)(?= )"
COMMAND = re.compile(rf"(?:[A-Z_]+=\S+ )*(?:{STARTS})(?= |$)")
INDENTED = re.compile(r"^(?: {4}|\t)(.*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OURS = re.compile(r"run_autograder (?P<words>[a-z][^`\n\"]*)")


@dataclass(frozen=True)
class Step:
    """One step that a document asks its reader to do.

    Attributes:
        action: "run", or "write", "edit" or "append to" a file.
        what: the command, or the file's path.
        text: the text to write or append, or the difference.
    """

    action: str
    what: str
    text: str = ""


def documents() -> list[str]:
    """Return the paths of all documents, relative to the project's folder."""
    return sorted(str(path.relative_to(PROJECT)) for pattern in PATTERNS for path in PROJECT.glob(pattern))


def text_of(document: str) -> str:
    """Return the text of a document."""
    return (PROJECT / document).read_text(encoding="utf-8")


def steps(document: str) -> Iterator[Step]:
    """Yield the steps of a document, in its order."""
    for action, path, language, text in FENCED.findall(text_of(document)):
        if language == "console":
            yield from (Step("run", line.removeprefix("$ ")) for line in text.splitlines() if line.startswith("$ "))
        elif action:
            yield Step(action, path, text)


def commands_not_to_be_typed(document: str) -> Iterator[str]:
    """Yield the commands in blocks of another form, and those within sentences, except calls of ours."""
    blocks, prose = _apart(document)
    lines = [line for _, _, _, text in blocks for line in text.splitlines()] + INDENTED.findall(prose)
    spans = [span for span in _spans(prose) if "run_autograder" not in span]  # their options are checked instead
    yield from (line.strip() for line in [*lines, *spans] if COMMAND.match(line.strip()))


def calls_of_ours(document: str) -> Iterator[str]:
    """Yield each call of our command line without its first word, wherever it occurs; and `grade --html FILE`."""
    _, prose = _apart(document)
    as_one_string = re.sub(r'",\s*"', " ", text_of(document))  # in JSON each word is a string
    yield from (match["words"] for text in (as_one_string, *_spans(prose)) for match in OURS.finditer(text))
    yield from (span for span in _spans(prose) if span.split()[0] in cli.commands and " -" in span)


def broken_links(document: str) -> list[str]:
    """Return a document's links to missing files, and to missing headings of files."""
    broken = []
    for link in LINK.findall(_apart(document)[1]):
        path, _, heading = link.partition("#")
        target = (PROJECT / document).parent / path if path else PROJECT / document
        if not target.exists() or (heading and heading not in map(_anchor, HEADING.findall(target.read_text()))):
            broken.append(link)
    return broken


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub makes from a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _apart(document: str) -> tuple[list[tuple[str, str, str, str]], str]:
    """Return a document's blocks, and the rest."""
    return FENCED.findall(text_of(document)), FENCED.sub("", text_of(document))


def _spans(prose: str) -> list[str]:
    """Return the text between backticks, even across the end of a line."""
    return SPAN.findall(prose.replace("\n", " "))


def unknown_in(words: str) -> list[str]:
    """Return the words of a call that our command line does not know: the command, or options."""
    first, *rest = words.split()
    command = cli.commands.get(first)
    if command is None:
        return [first]
    if isinstance(command, click.Group) and rest:
        command = command.commands.get(rest[0])
        if command is None:
            return [f"{first} {rest[0]}"]
    known = {name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts}
    return [word for word in rest if re.match(r"--?[a-z]", word) and word not in known | {"-h", "--help"}]


def commands_to_type(document: str) -> list[str]:
    """Return the commands that a document asks its reader to type."""
    return [step.what for step in steps(document) if step.action == "run"]
