"""Reads an upload (a file, a folder or an archive) into (name, content) pairs, within limits."""

import os
from pathlib import Path

from autograder.intake import limits, signatures
from autograder.intake.folders import Found, files_of, read_files
from autograder.intake.limits import MIB, Contents, Entry, RefusedUpload
from autograder.intake.tars import read_tar
from autograder.intake.zips import read_zip
from autograder.model.failures import UnusableInput

__all__ = ["MIB", "Contents", "Entry", "RefusedUpload", "read_upload"]

READERS = {".zip": read_zip, ".tar": read_tar, ".tar.gz": read_tar, ".tgz": read_tar}
UNREAD = (".7z", ".rar", ".gz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".zipx", ".dmg")
MAX_ARCHIVES = 8  # of one folder: each may take seconds


def read_upload(path: Path) -> Contents:
    """Return the regular files of an upload.

    Small files are read first, up to `limits.MAX_READ_MIB` in all; the others come without content.
    A folder that holds only a tar counts as that tar, because Gradescope unpacks zips but no other archives.

    Args:
        path: a `.py` file, a folder, or an archive: `.zip`, `.tar`, `.tar.gz`, `.tgz`.

    Raises:
        UnusableInput: there is nothing to read at that path, which is the operator's mistake.
        RefusedUpload: the upload is broken or hostile, which is the student's mistake.
    """
    if not path.exists():
        raise UnusableInput(f"{path}: there is no such file or folder")
    if path.is_dir():
        found, passed_over = files_of(path)
        is_packed = len(found) == 1 and _suffix(found[0].path) not in ("", ".zip")
        return _read_file(found[0]) if is_packed else Contents(read_files(found), passed_over)
    if not path.is_file():
        raise UnusableInput(f"{path}: this is neither a file nor a folder")
    shown = os.fsencode(path.name).decode("utf-8", "replace")
    return _read_file(Found(limits.harmless_name(shown), path, path.stat().st_size))


class NotAsNamed(RefusedUpload):
    """A file with the ending of archives that can be read is something else."""


def archives_in(folder: Path) -> tuple[dict[str, Contents], list[NotAsNamed]]:
    """Return the contents of the readable archives in a folder by name, and the refusals of those that are none."""
    contents: dict[str, Contents] = {}
    others: list[NotAsNamed] = []
    packed = [file for file in files_of(folder)[0] if _suffix(file.path) in READERS]
    for file in packed[:MAX_ARCHIVES]:
        try:
            contents[file.name] = _read_file(file)
        except NotAsNamed as refusal:
            others.append(refusal)
        except RefusedUpload:
            continue
    return contents, others


def _read_file(file: Found) -> Contents:
    suffix = _suffix(file.path)
    if suffix in UNREAD:
        raise RefusedUpload(f"The grader cannot read archives such as `{file.name}`: upload a .zip or a .tar.gz.")
    if not suffix:
        return Contents(read_files([file]), {})
    if not os.access(file.path, os.R_OK):
        raise UnusableInput(f"{file.path}: there is no permission to read it")
    with file.path.open("rb") as stream:
        kind = signatures.kind_of(stream.read(signatures.LENGTH))
    if kind and kind not in READERS:
        raise NotAsNamed(f"`{file.name}` is {kind} under that name: pack your files as a .zip or a .tar.gz.")
    return READERS[kind or suffix](file.path)


def _suffix(path: Path) -> str:
    """Return the ending that marks a file as an archive; empty if it is none."""
    name = path.name.lower()
    return next((suffix for suffix in (*READERS, *UNREAD) if name.endswith(suffix)), "")
