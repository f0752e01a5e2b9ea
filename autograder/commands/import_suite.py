"""Imports a suite, and says how it will be run."""

from pathlib import Path
from typing import Any

from autograder.commands import console
from autograder.commands.course import named_again
from autograder.imported.make import import_suite
from autograder.rendering.text import counted, worth

SHOWN = 5


def import_and_show(folder: Path, **options: Any) -> None:
    """Make the assignment; print the tests' number and points, the mode, and the next steps."""
    made = import_suite(folder, say=console.note, **options)
    suite = made.suite
    total = worth(sum(test.weight or 0.0 for test in suite.tests))
    console.note(f"imported {counted(len(suite.tests), 'test')} with {total} as {made.slug}")
    if suite.mode == "split":
        console.note("mode: split. The submission runs in another process than the tests.")
    else:
        console.note("mode: inside. The tests run beside the submission, which can read them and forge verdicts.")
    for test, reason in list(made.kept_inside.items())[:SHOWN]:
        console.note(f"  cannot be split: {test.file}: {test.name}: {' '.join(reason.split())[:160]}")
    if len(made.kept_inside) > SHOWN:
        console.note(f"  … and {len(made.kept_inside) - SHOWN} more")
    verify = f"{console.called()} verify --assignment {made.slug}{named_again()}"
    console.note(f"Next: {verify}; then look for DECIDE: in its template.")
