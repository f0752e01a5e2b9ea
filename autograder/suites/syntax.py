"""Hints on sources that Python cannot read, by what stands in the line that it names."""

import platform
import re
import unicodedata

from autograder.model.observation import StudentError

RUN_IT = "fix the line shown, and run the file or the notebook once more before you upload."
OF_PYTHON_2 = ("Missing parentheses in call to", "multiple exception types must be parenthesized")
CONFLICT = re.compile(r"^\s*(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
PROMPT = re.compile(r"^\s*>>>(?: |$)", re.MULTILINE)
NEWER = re.compile(  # type aliases, type parameters, exceptions without parentheses, the last of which is a class
    r"^\s*(?:type \w+(?:\[.*\])? *=|(?:async )?(?:def|class) \w+\[|except [\w.]+,[\w., ]*\b[A-Z]\w*\s*:)",
    re.MULTILINE,
)
TEMPLATE_STRING = re.compile(r"(?:[=(,\[{]\s*|\breturn )(?:[tT][rR]?|[rR][tT])[\"']")
FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)
CURLY = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def hint_on(error: StudentError) -> str:
    """Return what to do about a `SyntaxError`, an `IndentationError` or a `TabError`."""
    shown, message = error.traceback, error.message
    if message.startswith(("unknown encoding", "encoding problem")):
        return "Remove the line with `coding` at the top, and save the file with the encoding UTF-8."
    if CONFLICT.search(shown):
        return "These are git's conflict markers: keep one of the two versions, and remove the markers."
    if PROMPT.search(shown):
        return "`>>>` is the prompt of Python's shell, not part of a program: remove it from all lines."
    if FENCE.search(shown):
        return "This line is Markdown, not Python: remove such lines."
    if NEWER.search(shown) or (message == "invalid syntax" and TEMPLATE_STRING.search(shown)):
        return (
            f"The grader runs Python {'.'.join(platform.python_version_tuple()[:2])}, and this line needs a newer one."
        )
    if message.startswith(OF_PYTHON_2):
        return "This is Python 2, and the grader runs Python 3."
    if error.kind == "TabError":
        return "Let your editor turn all tabs into spaces."
    if message.startswith("f-string: "):
        return (
            "Python before 3.12 reads no quotation marks of the same kind, and no backslash, inside the braces of an "
            "f-string: use the other kind, or a variable."
        )
    return _on_characters(shown) or f"Python cannot read the file: {RUN_IT}"


def _on_characters(shown: str) -> str:
    if any(character in CURLY for character in shown):
        return "The line contains typographic quotation marks, as word processors write them: type them again."
    if any(character not in " \t\n" and unicodedata.category(character) in UNSEEN for character in shown):
        return "The line contains an invisible character, perhaps from a web page: type the line again."
    return ""
