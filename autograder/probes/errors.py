"""Puts an error of a student's code into one line."""

MOST_CHARACTERS = 300


def error_text(error: BaseException) -> str:
    """Return the kind and the message of an error, its first 300 characters, such as "ValueError: no such class"."""
    return f"{type(error).__name__}: {error}"[:MOST_CHARACTERS]
