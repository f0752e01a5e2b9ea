"""Takes the repository in an upload, the folder `.git`, as one packed file that the sandbox will read.

It takes only names that git gives to objects and references, and does not look at their contents. A repository never
spoils an upload: if it is too large or cannot be read, it is left out with a remark.
"""

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from autograder.intake import limits, tars, zip_entries, zips
from autograder.intake.limits import MIB
from autograder.wire.commits import FOLDER, WANTED

MOST_MIB = 24  # of all taken files
MOST_FILES = 8000
TOO_LARGE = f"The repository `.git` is left out: it has more than {MOST_MIB} MiB or {MOST_FILES:,} files."
UNREADABLE = "The repository `.git` is left out, because it cannot be read."
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes

Found = tuple[str, int, Callable[[], bytes]]  # name in the upload, size in bytes, its content


class TooLarge(Exception):
    """The repository exceeds the limits."""


def take_repository(path: Path) -> tuple[bytes, str]:
    """Return the files of an upload's repository as a zip, and a remark; both are empty if it has none.

    Args:
        path: the upload, a folder or an archive, which has been read before.
    """
    try:
        files = _taken(_found(path))
    except TooLarge:
        return b"", TOO_LARGE
    except (limits.RefusedUpload, OSError, ValueError, zipfile.BadZipFile, tarfile.TarError, EOFError):
        return b"", UNREADABLE
    except Exception:  # zipfile and tarfile let half a dozen other kinds through
        return b"", UNREADABLE
    return (_packed(files), "") if files else (b"", "")


def _found(path: Path) -> Iterator[Found]:
    if path.is_dir():
        return _in_folder(path)
    name = path.name.lower()
    if name.endswith(".zip"):
        return _in_zip(path)
    return _in_tar(path) if name.endswith((".tar", ".tar.gz", ".tgz")) else iter(())


def _taken(found: Iterator[Found]) -> dict[str, bytes]:
    """Return the files of the outermost repository, by their names in it.

    Raises:
        TooLarge: there are too many, or they are too large in all.
    """
    files: dict[str, dict[str, bytes]] = {}
    count, room = 0, MOST_MIB * MIB
    for name, size, content in found:
        top, _, inside = name.partition(f"{FOLDER}/")
        if (top and not top.endswith("/")) or not WANTED.fullmatch(inside):
            continue
        count, room = count + 1, room - size
        if count > MOST_FILES or room < 0:
            raise TooLarge
        files.setdefault(top, {})[inside] = content()
    return files[min(files, key=lambda top: (top.count("/"), top))] if files else {}


def _in_folder(folder: Path) -> Iterator[Found]:
    """Yield the files below `.git`, at the top or in a folder around everything; links are not followed."""
    tops = [folder / FOLDER, *(path / FOLDER for path in sorted(folder.iterdir()) if path.is_dir())]
    top = next((one for one in tops if one.is_dir() and not one.is_symlink()), None)
    for root, folders, names in os.walk(top, followlinks=False) if top else ():
        folders.sort()
        for path in (Path(root, name) for name in sorted(names)):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield path.relative_to(folder).as_posix(), status.st_size, path.read_bytes


def _in_zip(path: Path) -> Iterator[Found]:
    with zips.CarefulFile(path, zips.MAX_DIRECTORY_BYTES) as stream, zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            name = zip_entries.intended_name(member)
            if PurePosixPath(name).is_absolute() or zip_entries.refusal(member):
                continue
            yield name, member.file_size, lambda member=member: zips.content_of(archive, member)  # type: ignore[misc]


def _in_tar(path: Path) -> Iterator[Found]:
    for _, member, stream in tars.members_of(path):
        if member.isreg() and not member.issparse():

            def content(member: tarfile.TarInfo = member, stream: tars.Stream = stream) -> bytes:
                stream.seek(member.offset_data)
                return stream.read(member.size)

            yield limits.harmless_name(member.name).removeprefix("./"), member.size, content


def _packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return target.getvalue()
