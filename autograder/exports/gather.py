"""Gathers the loose files of one student in an export into an upload."""

import errno
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exports.items import Gradable, Item, gradable_of, quoted
from autograder.intake import limits
from autograder.intake.limits import RefusedUpload


@dataclass(frozen=True)
class Part:
    """One file of a student.

    Attributes:
        item: the file in the export.
        name: the student's name for it.
    """

    item: Item
    name: str


def gather(parts: Sequence[Part], folder: Path) -> Gradable:
    """Return the upload that consists of these files: a single archive, or a new folder with all of them.

    Files are linked if the file system can do that, and copied otherwise. Files of an earlier run are removed.
    """
    losses = tuple(f"Missing: {loss}." for part in parts for loss in part.item.losses)
    usable = [part for part in parts if part.item.path]
    if not usable:
        reasons = "; ".join(loss for part in parts for loss in part.item.losses)
        return Gradable(None, f"There is nothing to grade: {reasons}.")
    if len(usable) == 1 and usable[0].item.is_archive:
        return Gradable(usable[0].item.path, remarks=losses)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    failed = [why for part in usable if (why := _placed(part, folder))]
    upload = gradable_of(Item(folder.name, folder, is_folder=True))
    return Gradable(upload.path, upload.problem, (*losses, *failed, *upload.remarks))


def _placed(part: Part, folder: Path) -> str:
    """Put one file in its place; return why that is impossible, as a sentence; empty if it is done."""
    assert part.item.path
    try:
        place = folder / limits.checked_name(part.name, "export")
        try:
            os.link(part.item.path, place)
        except FileExistsError:
            raise
        except OSError:  # another file system, one without links, or another user's file
            shutil.copyfile(part.item.path, place)
    except RefusedUpload:
        return f"Left out: {quoted(part.item.name)}, whose own name {quoted(part.name)} cannot be used."
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return f"Left out: {quoted(part.item.name)} ({limits.in_short(error)})."
    return ""
