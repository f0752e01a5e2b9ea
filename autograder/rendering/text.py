"""Makes text that a submission influenced safe and short enough to show."""

import re
import unicodedata

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Controls; formats, which reverse the direction of text or are invisible, so that a line reads differently;
# surrogates, which no file can store; private and unassigned characters.
UNWANTED = ("Cc", "Cf", "Cs", "Co", "Cn")
LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
MAX_CHARACTERS = 12_000
MAX_LINES = 60


def plain(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the text without escape sequences and control characters; text that is too long loses its middle."""
    if not text.replace("\n", "").replace("\t", "").isprintable():  # nearly all text is, and the check is fast
        text = ANSI.sub("", LINE_ENDS.sub("\n", text))
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNWANTED)
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters omitted …\n{text[-half:]}"


def short(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return plain text of so few lines that the rest of a terminal's screen stays in view."""
    lines = plain(text, limit).split("\n")
    if len(lines) <= MAX_LINES:
        return "\n".join(lines)
    half = MAX_LINES // 2
    return "\n".join([*lines[:half], f"… {len(lines) - 2 * half:,} lines omitted …", *lines[-half:]])


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless there is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def place_of(file: str, cell: int, line: int) -> str:
    """Return how people name a line: by its file, or by a notebook and the cell in it."""
    return f"{file}, cell {cell}, line {line}" if cell else f"{file}:{line}"


def points(value: float) -> str:
    """Return points as people write them: two decimals at most, unless 99.999 would then read as 100."""
    text = f"{value:.2f}"
    if float(text).is_integer() and abs(value - float(text)) > 1e-6:
        text = f"{value:.6f}"
    return text.rstrip("0").rstrip(".")


def worth(value: float) -> str:
    """Return a number of points with the word, in the plural unless it is one."""
    return f"{points(value)} point{'' if value == 1 else 's'}"
