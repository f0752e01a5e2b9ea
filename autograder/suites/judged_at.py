"""Finds the statements of a suite that decided about a test's points."""

import ast
import inspect
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path

from autograder.model.grounds import JudgedAt
from autograder.suites.load import PlannedTest

LONGEST = 12  # lines of a statement
SETS_SCORE = "set_score"


def judged_at(test: PlannedTest, error: BaseException | None) -> tuple[JudgedAt, ...]:
    """Return the test's own statement at which an exception ended it, and the one below it that raised the exception.

    Without an exception: the statements that set the test's score.
    """
    if error is None:
        return tuple(_scoring(test))
    plain = inspect.unwrap(test.method)
    suite = Path(inspect.getfile(plain))
    frames = [one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).parent == suite.parent]
    own = [one for one in frames if one.name == plain.__name__]
    chosen = dict.fromkeys((one.filename, one.lineno or 0, one.end_lineno or 0) for one in (*own[-1:], *frames[-1:]))
    return tuple(_statement(Path(file), first, last) for file, first, last in chosen)


def _scoring(test: PlannedTest) -> Iterator[JudgedAt]:
    plain = inspect.unwrap(test.method)
    try:
        lines, first = inspect.getsourcelines(plain)
    except OSError:  # it is not in a file
        return
    for node in ast.walk(ast.parse(textwrap.dedent("".join(lines)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == SETS_SCORE:
            begin, end = (first + line - 1 for line in (node.lineno, node.end_lineno or node.lineno))
            yield _statement(Path(inspect.getfile(plain)), begin, end)


def _statement(file: Path, first: int, last: int) -> JudgedAt:
    lines = file.read_text(encoding="utf-8").splitlines()[first - 1 : last]
    if len(lines) > LONGEST:
        lines = [*lines[:LONGEST], "…"]
    return JudgedAt(f"{file.parent.name}/{file.name}", first, textwrap.dedent("\n".join(lines)))
