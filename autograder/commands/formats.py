"""`grade --as FORMAT FILE`: the result as other platforms take it, and as a page to hand out; no hidden test in any."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.model.failures import UnusableInput
from autograder.model.report import Report
from autograder.rendering.autolab import to_autolab
from autograder.rendering.markdown import to_markdown
from autograder.rendering.prairielearn import to_prairielearn
from autograder.rendering.student_page import to_page_for_students
from autograder.system.files import UnwritableResults, check_writable, write_whole

PRINTED = Path("-")
Wanted = Sequence[tuple[str, Path]]  # format and file


def _prairielearn(report: Report) -> bytes:
    return json.dumps(to_prairielearn(report), indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _junit(report: Report) -> bytes:
    from autograder.rendering.junit_report import to_junit  # only here, so that a grading begins without its parser

    return to_junit(report)


FORMATS: dict[str, Callable[[Report], bytes]] = {
    "autolab": lambda report: to_autolab(report).encode(),
    "junit": _junit,
    "markdown": lambda report: to_markdown(report).encode(),
    "prairielearn": _prairielearn,
    "student-page": lambda report: to_page_for_students(report).encode("utf-8", "replace"),
}


def check_formats(wanted: Wanted) -> None:
    """Find out before the grading whether all can be written.

    Raises:
        UnusableInput: a file cannot be written, or two forms would be printed.
    """
    try:
        for _, path in wanted:
            if path != PRINTED:
                check_writable(path)
    except UnwritableResults as error:
        raise UnusableInput(str(error)) from None
    if [path for _, path in wanted].count(PRINTED) > 1:
        raise UnusableInput("--as: only one form can be printed: give the others a file instead of -")


def takes_the_screen(wanted: Wanted) -> bool:
    """Return whether one form is printed in place of the report."""
    return any(path == PRINTED for _, path in wanted)


def write_formats(report: Report, wanted: Wanted) -> None:
    """Write each form to its file, and print the one that is to be printed.

    Raises:
        UnwritableResults: a file could be written when the grading began, and now cannot.
    """
    for form, path in wanted:
        content = FORMATS[form](report)
        if path == PRINTED:
            sys.stdout.buffer.write(content)  # UTF-8 in every locale
            sys.stdout.buffer.flush()
        else:
            write_whole(path, content)
