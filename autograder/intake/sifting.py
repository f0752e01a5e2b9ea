"""Decides which entries of an upload are read, and says why others are passed over.

One file that nobody needs never spoils an upload: it is named in a remark, and neither followed, written nor read.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from autograder.intake import limits
from autograder.intake.limits import RefusedUpload

T = TypeVar("T")

PACKAGES = ("venv", ".venv", "virtualenv", "site-packages", "dist-packages", "node_modules")
MARKS = ("pyvenv.cfg", "conda-meta")  # at the top of every virtual environment
HOLDS_PACKAGES = "holds installed packages, which the grader has itself"


def sifted(named: Iterable[tuple[str, T, str]]) -> tuple[dict[str, T], dict[str, str]]:
    """Return the entries to read, by name, and for each that is passed over a clause that says why.

    Files that systems and editors create by themselves are in neither. Of two entries with one name the last counts,
    as for every program that unpacks them one after the other.

    Args:
        named: for each file its name with "/", anything, and a clause if it cannot be read; in the archive's order.
    """
    files = [(_as_typed(name), thing, why) for name, thing, why in named if not _is_left_unasked(name)]
    environments = _environments([name for name, _, _ in files])
    taken: dict[str, T] = {}
    passed: dict[str, str] = {}
    for name, thing, why in files:
        place = "/".join(PurePosixPath(name).parts)  # without "./"
        packages = next((one for one in environments if place.startswith(f"{one}/")), "")
        if packages:
            passed[f"{packages}/"] = HOLDS_PACKAGES
            continue
        why = why or limits.oddity(name)
        if why:
            passed.setdefault(name, why)
            continue
        if place in taken:
            passed[place] = "is there twice; the last one counts"
        taken[place] = thing
    for place in [name for name in taken if any(str(parent) in taken for parent in PurePosixPath(name).parents)]:
        passed[place] = "is inside a file, not a folder"
        del taken[place]
    return taken, dict(sorted(passed.items()))


def _as_typed(name: str) -> str:
    """Return the name with each letter and its accents as one character, as in a program that names the file.

    macOS keeps them apart in names of files and finds these under either spelling, but Linux does not. A few letters
    take more bytes when composed; a part that would become too long keeps its spelling.
    """
    parts = [(part, unicodedata.normalize("NFC", part)) for part in name.split("/")]
    return "/".join(new if len(new.encode("utf-8", "replace")) <= limits.MAX_NAME_BYTES else old for old, new in parts)


def too_many(kind: str, names: Iterable[str]) -> RefusedUpload:
    """Return the refusal of an upload with too many entries; it names the folder that holds most of them."""
    folder, count = fullest_folder(names)
    where = f", {count:,} of them in `{limits.harmless_name(folder)[:80]}`. Leave that folder out" if folder else ""
    return RefusedUpload(f"The {kind} holds more than {limits.MAX_ENTRIES:,} entries{where}. Upload your source only.")


def fullest_folder(names: Iterable[str]) -> tuple[str, int]:
    """Return the folder at the top, below a folder around everything, with most of these files, and their number."""
    every = [PurePosixPath(name).parts for name in names]
    depth = _common_depth(every)
    counts = Counter("/".join(parts[: depth + 1]) for parts in every if len(parts) > depth + 1)
    return counts.most_common(1)[0] if counts else ("", 0)


def _environments(names: Collection[str]) -> list[str]:
    """Return the folders with installed packages; the folder around the whole upload never counts as one."""
    every = [PurePosixPath(name).parts for name in names]
    depth = _common_depth(every)
    found = set()
    for parts in every:
        for place in range(depth, len(parts) - 1):
            if parts[place] in PACKAGES:
                found.add("/".join(parts[: place + 1]))
                break
        marked = next((place for place in range(depth + 1, len(parts)) if parts[place] in MARKS), None)
        if marked:
            found.add("/".join(parts[:marked]))
    return sorted(found)


def _common_depth(every: Collection[tuple[str, ...]]) -> int:
    """Return how many folders lie around all files."""
    depth = 0
    while every and all(len(parts) > depth + 1 for parts in every) and len({parts[depth] for parts in every}) == 1:
        depth += 1
    return depth


def _is_left_unasked(name: str) -> bool:
    """Return whether systems and editors create such a file; a name that leaves the folder is no such name."""
    return ".." not in name.split("/") and not limits.is_wanted(name.removeprefix("./"))


def shown(passed_over: Mapping[str, str], most: int) -> str:
    """Return some of the entries that are passed over, as a sentence; empty if there is none."""
    if not passed_over:
        return ""
    clauses = [f"`{limits.harmless_name(name)[:80]}` {why}" for name, why in list(passed_over.items())[:most]]
    more = len(passed_over) - most
    return f"Passed over: {'; '.join(clauses)}{f'; and {more:,} more' if more > 0 else ''}."
