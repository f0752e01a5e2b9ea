"""What holds for every upload, whatever it comes in: how much is read, and which names are taken."""

import unicodedata
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

MIB = 1 << 20
MAX_READ_MIB = 192  # in all, three checkpoints of a ResNet-18; files beyond that are named but never held in memory
MAX_ARCHIVE_MIB = 1024  # of an archive, packed or unpacked: 1 GiB is unpacked in a few seconds
MAX_ENTRIES = 10_000
MAX_RATIO = 200  # of unpacked to packed size: source text packs 3 to 10 times
MAX_DEPTH = 8
MAX_NAME_BYTES = 255  # of one part of a name, as file systems have it: what is staged must be writable
LEFT_UNASKED = ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")
# Controls, of which a terminal obeys some; lone surrogates; line ends that are no "\n".
UNUSABLE = ("Cc", "Cs", "Zl", "Zp")
TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # a name would read otherwise than it is

Entry = tuple[str, int, bytes | None]  # name with "/", size in bytes, content unless there is too much of it


class RefusedUpload(ValueError):
    """The upload itself is unacceptable; the text is for the student."""


def checked_name(name: str, kind: str) -> str:
    """Return the name without parts that mean nothing, such as a leading "./".

    Args:
        name: as the upload has it, with "/" between its parts.
        kind: what it stands in, for the sentence: "zip", "tar" or "upload".

    Raises:
        RefusedUpload: the name leaves the folder, or not every system can have such a file.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or any(map(_is_unusable, name)):
        raise RefusedUpload(f"The {kind} holds an entry with an unusable name: {name[:80]!r}.")
    if any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        raise RefusedUpload(f"The {kind} holds an entry with a name that is too long: {name[:80]!r}…")
    return "/".join(parts)


def harmless_name(name: str) -> str:
    r"""Return the name with each character replaced that not every system has in names, or that could mislead.

    For folders, which somebody else has unpacked: a file such as macOS's "Icon\r" must cost nobody the upload.
    """
    return "".join("\ufffd" if _is_unusable(character) else character for character in name)


def _is_unusable(character: str) -> bool:
    return (
        character in "\\:"
        or unicodedata.category(character) in UNUSABLE
        or unicodedata.bidirectional(character) in TURNING
    )


def check_plain(name: str, is_plain: bool, kind: str) -> None:
    """Refuse what lies too deep, and links, FIFOs and devices."""
    if len(PurePosixPath(name).parts) > MAX_DEPTH:
        raise RefusedUpload(f"The {kind} nests folders more than {MAX_DEPTH} deep: {name[:80]!r}.")
    if not is_plain:
        raise RefusedUpload(f"The {kind} holds an entry that is not a plain file: {name[:80]!r}.")


def check_unambiguous(names: Collection[str], kind: str) -> None:
    """Refuse names that some file systems take for one, and a file that is a folder too."""
    seen: set[str] = set()
    for name in names:
        alike = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if alike in seen:
            raise RefusedUpload(f"The {kind} holds {name[:80]!r} twice (or in two spellings).")
        seen.add(alike)
    for name in sorted(seen):
        if any(str(parent) in seen for parent in PurePosixPath(name).parents):
            raise RefusedUpload(f"The {kind} holds a file and a folder of one name: {name[:80]!r} lies in a file.")


def is_wanted(name: str) -> bool:
    """Return False for what operating systems and editors leave in folders unasked."""
    return not any(part.startswith(".") or part in LEFT_UNASKED for part in name.split("/"))


def fitting(sizes: Mapping[str, int]) -> set[str]:
    """Return the names of the files that are read: the smallest first, while there is room."""
    room = MAX_READ_MIB * MIB
    names = set()
    for name, size in sorted(sizes.items(), key=lambda file: (file[1], file[0])):
        room -= size
        if room < 0:
            break
        names.add(name)
    return names


def in_short(error: BaseException) -> str:
    """Return what a library said about broken bytes, in one line that fits into a sentence."""
    reason = error.strerror if isinstance(error, OSError) else None  # and not the path, which is ours
    said = " ".join((reason or str(error)).split()) or type(error).__name__
    return "".join(c for c in said if c.isprintable())[:150].rstrip(".")
