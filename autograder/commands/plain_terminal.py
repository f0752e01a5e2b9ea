"""Replaces characters that a terminal cannot show, for example where it speaks only ASCII."""

import codecs
import sys
import unicodedata

HANDLER = "autograder.plain_characters"
REPLACEMENTS = str.maketrans({
    "✓": "+", "✗": "x", "●": "*", "○": "o", "·": ".", "•": "*", "✎": "~", "…": "...", "━": "=", "─": "-", "–": "-",
    "—": "-", "≥": ">=", "≤": "<=", "≠": "!=", "≈": "~", "×": "x", "→": "->", "−": "-", "±": "+-",
    "‘": "'", "’": "'", "“": '"', "”": '"', "│": "|", "█": "#", "▁": "_", "°": " degrees",
})  # fmt: skip


def show_anywhere() -> None:
    """Let standard output and standard error replace characters that they cannot encode, instead of failing."""
    codecs.register_error(HANDLER, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a test's need not have it
            stream.reconfigure(errors=HANDLER)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(REPLACEMENTS)
    simple = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()  # é becomes e
    return (text if text.isascii() else simple or "?" * len(text)), error.end
