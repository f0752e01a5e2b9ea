"""The files of a student's folder that the grader would take, with a module in the place of a notebook."""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.local_runner.hand_out import HandOut
from autograder.notebooks.choice import SeveralNotebooks, is_notebook_name, notebook_for
from autograder.notebooks.convert import converted
from autograder.notebooks.read import UnreadableNotebook

NOT_UPLOADED = {"visible_tests", "run_visible_tests.py", "__pycache__"}


class UnusableFolder(ValueError):
    """There is nothing to test in a folder; the text says what is missing or wrong."""


@dataclass(frozen=True)
class Upload:
    """The files that the grader would get.

    Attributes:
        files: content by name.
        remarks: notes on a notebook.
        notebook: its name; empty if none is tested.
    """

    files: Mapping[str, bytes]
    remarks: tuple[str, ...] = ()
    notebook: str = ""


def upload_of(hand_out: HandOut, own: Path) -> Upload:
    """Return the files that the grader would take of a folder.

    Raises:
        UnusableFolder: the file that is graded is not there, nor is a notebook in its place.
    """
    names = _names(hand_out, own)
    taken = [name for name in names if name == hand_out.entry or _is_accepted(name, hand_out)]
    files = {name: (own / name).read_bytes() for name in taken if not is_notebook_name(name)}
    if hand_out.entry in files:
        return Upload(files, tuple(_left_aside(hand_out.entry, names)))
    try:
        notebook = notebook_for(hand_out.entry, names)
        if not notebook:
            where = own / hand_out.entry
            raise UnusableFolder(f"{where} is missing: lay it beside run_visible_tests.py, as it lay in the handout.")
        made = converted((own / notebook).read_bytes(), Path(notebook).name, hand_out.entry)
    except SeveralNotebooks as problem:
        raise UnusableFolder(str(problem)) from None
    except UnreadableNotebook as problem:
        raise UnusableFolder(f"`{notebook}` {problem}") from None
    written = {name: text.encode() for name, text in made.files.items() if _is_accepted(name, hand_out)}
    said = f"Testing the notebook `{notebook}`, cell by cell."
    remarks = tuple(filter(None, (said, made.remark)))
    return Upload({**written, **files, hand_out.entry: made.module.encode()}, remarks, Path(notebook).name)


def _left_aside(entry: str, names: list[str]) -> Iterator[str]:
    for name in filter(is_notebook_name, names):
        yield f"`{entry}` is tested, not the notebook `{name}`. To test the notebook, remove `{entry}` from here."


def _names(hand_out: HandOut, own: Path) -> list[str]:
    """Return the names of a student's own files, without hidden ones."""
    places = (path.relative_to(own) for path in sorted(own.rglob("*")) if path.is_file())
    return [
        place.as_posix()
        for place in places
        if not NOT_UPLOADED.intersection(place.parts)
        and place.parts[0] not in hand_out.given
        and not any(part.startswith(".") for part in place.parts)
    ]


def _is_accepted(name: str, hand_out: HandOut) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in hand_out.accepted)
