"""Limits for every kind of upload: how much is read, and which names are accepted."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

MIB = 1 << 20
MAX_READ_MIB = (
    192  # in all, enough for three checkpoints of a ResNet-18; further files are listed but never held in memory
)
MAX_ARCHIVE_MIB = 1024  # of an archive, packed or unpacked: 1 GiB is unpacked in a few seconds
MAX_ENTRIES = 10_000
MAX_RATIO = 200  # of unpacked to packed size: source text packs 3 to 10 times
MAX_DEPTH = 8
MAX_NAME_BYTES = 255  # of one part of a name, the limit of file systems: staged files must be writable
LEFT_UNASKED = ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
# Control characters, some of which a terminal obeys; lone surrogates; line ends other than "\n".
UNUSABLE = ("Cc", "Cs", "Zl", "Zp")
TURNING = (
    "LRE",
    "RLE",
    "LRO",
    "RLO",
    "PDF",
    "LRI",
    "RLI",
    "FSI",
    "PDI",
)  # these make a name look like another one

Entry = tuple[str, int, bytes | None]  # name with "/", size in bytes, content unless it is too large

A_LINK = "is a link, which is not followed"
NO_FILE = "is neither a file nor a folder"


@dataclass(frozen=True)
class Contents:
    """The files of an upload.

    Attributes:
        entries: sorted by name.
        passed_over: name of each entry that is not read to the reason, as a clause: "is encrypted".
    """

    entries: list[Entry]
    passed_over: Mapping[str, str]


class RefusedUpload(ValueError):
    """The upload itself is unacceptable; the text tells the student why."""


def checked_name(name: str, kind: str) -> str:
    """Return the name without meaningless parts, such as a leading "./".

    Args:
        name: as the upload has it, with "/" between its parts.
        kind: its container, for the message: "zip", "tar" or "upload".

    Raises:
        RefusedUpload: the name leaves the folder, or not every system allows such a name.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or any(map(_is_unusable, name)):
        raise RefusedUpload(f"The {kind} holds an entry with an unusable name: {name[:80]!r}.")
    if any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        raise RefusedUpload(f"The {kind} holds an entry with a name that is too long: {name[:80]!r}…")
    return "/".join(parts)


def harmless_name(name: str) -> str:
    r"""Return the name without characters that some systems forbid in names, or that could mislead.

    For folders that somebody else unpacked: a file such as macOS's "Icon\r" must not spoil the upload.
    """
    return "".join("\ufffd" if _is_unusable(character) else character for character in name)


def _is_unusable(character: str) -> bool:
    return (
        character in "\\:"
        or unicodedata.category(character) in UNUSABLE
        or unicodedata.bidirectional(character) in TURNING
    )


def oddity(name: str) -> str:
    """Return why no file is taken under this name, as a clause; empty if one is."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts:
        return "has a name that leaves the folder"
    if any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        return "has a name that is too long"
    return f"lies more than {MAX_DEPTH} folders deep" if len(parts) > MAX_DEPTH else ""


def is_wanted(name: str) -> bool:
    """Return False for files that operating systems and editors create by themselves."""
    return not any(part.startswith(".") or part in LEFT_UNASKED for part in name.split("/"))


def fitting(sizes: Mapping[str, int]) -> set[str]:
    """Return the names of the files to read: the smallest first, as long as there is room."""
    room = MAX_READ_MIB * MIB
    names = set()
    for name, size in sorted(sizes.items(), key=lambda file: (file[1], file[0])):
        room -= size
        if room < 0:
            break
        names.add(name)
    return names


def in_short(error: BaseException) -> str:
    """Return a library's message on broken bytes, in one line that fits into a sentence."""
    reason = error.strerror if isinstance(error, OSError) else None  # without the path, which is ours
    said = " ".join((reason or str(error)).split()) or type(error).__name__
    return "".join(c for c in said if c.isprintable())[:150].rstrip(".")
