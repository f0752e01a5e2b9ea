"""The folder of a made-up class, as `class` leaves it: reports, files and an index, without a grading."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.classroom.index import ClassIndex, Line
from autograder.classroom.rubric import Rubric
from autograder.model.class_result import ClassResult
from autograder.model.submission import Submission
from tests.class_page.made_up_class import made_up_class

SOURCE = '''"""A small network."""

import torch


def build_model(classes: int = 8) -> torch.nn.Module:
    """Return the network."""
    return torch.nn.Linear(3, classes)  # number {place}
'''
README = "# What I tried\n\nLarger steps were faster, and less accurate. I am number {place}.\n"
RUBRIC = Rubric({"weight: 1.1": "6"})


def files_of(place: int) -> dict[str, str]:
    """Return the files of one upload."""
    return {"submitted.py": SOURCE.replace("{place}", str(place)), "README.md": README.format(place=place)}


def made_up_folder(
    root: Path,
    result: ClassResult | None = None,
    files: Callable[[int], Mapping[str, str]] = files_of,
    rubric: Rubric = RUBRIC,
) -> ClassFolder:
    """Write the folder of a class.

    Args:
        root: where to.
        result: the class; 24 hand-ins with all mishaps unless given.
        files: the files of each upload, by its place.
        rubric: by which it was judged.
    """
    result = result or made_up_class(24)
    folder = ClassFolder(root)
    lines = []
    for place, row in enumerate(result.rows):
        hand_in = replace(row.hand_in, path=Path("upload") if row.report else None)
        if row.report is None:
            lines.append(Line(hand_in))
            continue
        submission = Submission({name: text.encode("utf-8", "replace") for name, text in files(place).items()})
        folder.keep_submission(submission)
        folder.keep_report(rubric, submission.digest, replace(row.report, submission=submission.digest))
        lines.append(Line(hand_in, submission.digest))
    folder.keep_index(
        ClassIndex(result.assignment, result.profile, 1, "gradescope", {}, tuple(lines), rubric=rubric.parts)
    )
    return folder
