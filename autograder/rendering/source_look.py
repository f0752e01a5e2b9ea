"""Notes for the staff on constructs in a source; each line of the source is hostile text."""

from autograder.model.construct import Construct, SourceLook
from autograder.rendering.text import place_of, plain

LINE = 120  # characters of a source's line


def look_summary(look: SourceLook) -> str:
    """Return one line that says how many constructs there are; empty if a person need not look."""
    count = "1 construct" if look.count == 1 else f"{look.count} constructs"
    said = f"{count} that coursework does not need" if look.count else ""
    unread = "not all of the source could be parsed" if look.unread else ""
    return f"For a person: {'; '.join(filter(None, (said, unread)))}" if said or unread else ""


def look_lines(look: SourceLook, most: int = 100) -> list[str]:
    """Return a line for each construct with its file, number and text.

    Further lines stand for constructs left out and for source that was not parsed.

    Args:
        look: the constructs of one upload.
        most: how many constructs to list.
    """
    lines = [_line(one) for one in look.constructs[:most]]
    if more := look.count - len(lines):
        lines.append(f"and {more} more")
    return [*lines, *filter(None, [_one_line(look.unread, 200)])]


def _line(one: Construct) -> str:
    return f"{place_of(_one_line(one.file, 60), one.cell, one.line)}: {one.kind.value}: {_one_line(one.text, LINE)}"


def _one_line(text: str, limit: int) -> str:
    """Return plain text of one line and at most this many characters."""
    line = " ".join(plain(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
