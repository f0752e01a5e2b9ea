"""Makes an upload of the loose files that an export gives for one student."""

import errno
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exports.items import Item, Upload, quoted, upload_of
from autograder.intake import limits
from autograder.intake.limits import RefusedUpload


@dataclass(frozen=True)
class Part:
    """One file of a student's.

    Attributes:
        item: where it lies.
        name: as the student called it.
    """

    item: Item
    name: str


def gathered(parts: Sequence[Part], folder: Path) -> Upload:
    """Return the upload that consists of these files: the one archive, or a new folder with all of them.

    Files are linked where the file system can do that, else copied. What an earlier run left in the folder goes.
    """
    losses = tuple(f"Missing: {loss}." for part in parts for loss in part.item.losses)
    usable = [part for part in parts if part.item.path]
    if not usable:
        reasons = "; ".join(loss for part in parts for loss in part.item.losses)
        return Upload(None, f"There is nothing to grade: {reasons}.")
    if len(usable) == 1 and usable[0].item.is_archive:
        return Upload(usable[0].item.path, remarks=losses)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    failed = [why for part in usable if (why := _placed(part, folder))]
    upload = upload_of(Item(folder.name, folder, is_folder=True))
    return Upload(upload.path, upload.problem, (*losses, *failed, *upload.remarks))


def _placed(part: Part, folder: Path) -> str:
    """Put one file in its place; return why that cannot be, as a sentence."""
    assert part.item.path
    try:
        place = folder / limits.checked_name(part.name, "export")
        try:
            os.link(part.item.path, place)
        except FileExistsError:
            raise
        except OSError:  # another file system, or one without links, or somebody else's file
            shutil.copyfile(part.item.path, place)
    except RefusedUpload:
        return f"Left out: {quoted(part.item.name)}, whose own name {quoted(part.name)} cannot be used."
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        return f"Left out: {quoted(part.item.name)} ({limits.in_short(error)})."
    return ""
