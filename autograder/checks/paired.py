"""Pairs questions with a submission's answers."""

from collections.abc import Iterable
from typing import Any

from autograder.checks.findings import Finding
from autograder.model.outcome import Explanation


def paired(*columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return rows of equally long columns, as `zip` does.

    A probe answers each question once. If the numbers differ, the submission has answered in the probe's place: that
    costs its test, and is no fault of the harness.

    Args:
        *columns: questions, and answers to them.

    Raises:
        Finding: their lengths differ.
    """
    lists = [list(one) for one in columns]
    lengths = [len(one) for one in lists]
    if len(set(lengths)) > 1:
        expected, seen = f"an answer to each of {max(lengths)} questions", f"{min(lengths)}"
        raise Finding(Explanation(expected, seen, "Let the grader's probe answer: it shares a process with your code."))
    return list(zip(*lists, strict=True))
