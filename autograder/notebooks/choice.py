"""Chooses the notebook of an upload that stands for the required source."""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

ENDING = ".ipynb"
ENDINGS = (ENDING, f"{ENDING}.txt", f"{ENDING}.json")  # browsers add the others when they save the page of a notebook


class SeveralNotebooks(ValueError):
    """An upload holds several notebooks and does not say which is to be graded; the text asks for it."""


def notebook_for(wanted: str, names: Collection[str]) -> str:
    """Return the name of the notebook that stands for a source; empty if none does.

    The one of the same name does, whatever else is there, and otherwise the only one. A source that was probably meant
    comes before it, such as `src/submitted.py`.

    Args:
        wanted: the required source, which is not there, such as `"submitted.py"`.
        names: of the files in the upload.

    Raises:
        SeveralNotebooks: there are several, and none has the name.
    """
    notebooks = [name for name in names if is_notebook_name(name)]
    if not wanted.endswith(".py") or not notebooks or _is_meant(wanted, names):
        return ""
    named = [name for name in notebooks if is_named_as(name, wanted)]
    for candidates in (named, notebooks):
        if len(candidates) == 1:
            return candidates[0]
    listed = ", ".join(f"`{name}`" for name in sorted(notebooks)[:4]) + (", …" if len(notebooks) > 4 else "")
    name = PurePosixPath(wanted).with_suffix(ENDING)
    raise SeveralNotebooks(
        f"The upload holds {len(notebooks)} notebooks, {listed}, and one is graded: rename that one to `{name}`, and "
        "upload it again."
    )


def is_notebook_name(name: str) -> bool:
    """Return whether a file has the ending of notebooks, or one that browsers make of it."""
    return name.casefold().endswith(ENDINGS)


def is_named_as(name: str, wanted: str) -> bool:
    """Return whether a file is a notebook with the name of a source, in any spelling and any folder."""
    stem = PurePosixPath(name).name.casefold().partition(ENDING)[0]
    return is_notebook_name(name) and stem == PurePosixPath(wanted).stem.casefold()


def _is_meant(wanted: str, names: Iterable[str]) -> bool:
    """Return whether a source is there that the student may have meant, under another name or in a folder."""
    stem = PurePosixPath(wanted).stem.casefold()
    return any(
        PurePosixPath(name).suffix.casefold() == ".py" and stem in PurePosixPath(name).stem.casefold() for name in names
    )
