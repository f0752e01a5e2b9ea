"""`grade --as FORMAT FILE`: the result for other platforms, and as a page for the student; all without hidden tests."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.model.failures import UnusableInput
from autograder.system.files import UnwritableResults, check_writable, write_whole

if TYPE_CHECKING:
    from autograder.model.report import Report

PRINTED = Path("-")
Wanted = Sequence[tuple[str, Path]]  # format and file


# Each renderer is imported when it is used, since a command line that only names the formats needs none.
def _autolab(report: "Report") -> bytes:
    from autograder.rendering.autolab import to_autolab

    return to_autolab(report).encode()


def _markdown(report: "Report") -> bytes:
    from autograder.rendering.markdown import to_markdown

    return to_markdown(report).encode()


def _prairielearn(report: "Report") -> bytes:
    from autograder.rendering.prairielearn import to_prairielearn

    return json.dumps(to_prairielearn(report), indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _junit(report: "Report") -> bytes:
    from autograder.rendering.junit_report import to_junit

    return to_junit(report)


def _student_page(report: "Report") -> bytes:
    from autograder.rendering.student_page import to_page_for_students

    return to_page_for_students(report).encode("utf-8", "replace")


FORMATS: dict[str, Callable[["Report"], bytes]] = {
    "autolab": _autolab,
    "junit": _junit,
    "markdown": _markdown,
    "prairielearn": _prairielearn,
    "student-page": _student_page,
}


def check_formats(wanted: Wanted) -> None:
    """Check before the grading that every format can be written.

    Raises:
        UnusableInput: a file cannot be written, or two formats would be printed.
    """
    try:
        for _, path in wanted:
            if path != PRINTED:
                check_writable(path)
    except UnwritableResults as error:
        raise UnusableInput(str(error)) from None
    if [path for _, path in wanted].count(PRINTED) > 1:
        raise UnusableInput("--as: only one format can be printed: give the others a file instead of -")


def takes_the_screen(wanted: Wanted) -> bool:
    """Return whether a format is printed instead of the report."""
    return any(path == PRINTED for _, path in wanted)


def write_formats(report: "Report", wanted: Wanted) -> None:
    """Write each format to its file, or print it.

    Raises:
        UnwritableResults: a file was writable when the grading began, and is not any more.
    """
    for name, path in wanted:
        content = FORMATS[name](report)
        if path == PRINTED:
            sys.stdout.buffer.write(content)  # UTF-8 in every locale
            sys.stdout.buffer.flush()
        else:
            write_whole(path, content)
