"""Writes reproducible zips: the same files give the same bytes, on every day and every machine."""

import zipfile
from collections.abc import Collection
from pathlib import Path

FIXED_DATE = (2020, 1, 1, 0, 0, 0)


def write_zip(output: Path, folder: Path, top: Path, executables: Collection[str] = ()) -> None:
    """Write all files of a folder into a zip, except Python's compiled files.

    Args:
        output: the zip.
        folder: the folder whose files are written.
        top: the folder itself or one above it; names in the zip are relative to it.
        executables: names in the zip of the files that are executable.
    """
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            name = path.relative_to(top).as_posix()
            member = zipfile.ZipInfo(name, FIXED_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100755 if name in executables else 0o100644) << 16
            archive.writestr(member, path.read_bytes())
