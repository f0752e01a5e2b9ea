"""Puts an error of a student's code into one line, and tells an empty part of the template from a mistake."""

from autograder.wire.holes import is_hole

MOST_CHARACTERS = 300


def error_text(error: BaseException) -> str:
    """Return the kind and the message of an error, its first 300 characters, such as "ValueError: no such class"."""
    return f"{type(error).__name__}: {error}"[:MOST_CHARACTERS]


def is_empty_part(error: BaseException) -> bool:
    """Return whether the student has not filled in the part of the template that raised this."""
    return is_hole(type(error).__name__, str(error))
