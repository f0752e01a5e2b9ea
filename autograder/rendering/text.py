"""Makes text that a submission had a hand in safe and short enough to show."""

import re
import unicodedata

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Characters that turn the direction of text round or take no room: they can make a line read otherwise.
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | {
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
MAX_CHARACTERS = 12_000


def plain(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return the text without escape sequences and control characters, cut in the middle if too long."""
    text = ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in "\n\t" or not _is_control(c))
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"


def _is_control(character: str) -> bool:
    return character in INVISIBLE or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")


def points(value: float) -> str:
    """Return points as people write them: at most two decimals, none that are zero."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
