"""Reads the commits of an upload's repository with dulwich, within bounds; nothing of the repository is run.

Its author decides on every byte of it, times and names included. So objects may refer to each other in circles, state
any size and have any form: each is read on its own, and one that cannot be read ends only the line that leads to it.
The sandbox bounds memory and time of the whole.
"""

import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from autograder.wire.built_in import DAY_S, LATEST_S, MAX_COMMITS, MAX_LINE, MAX_WHO, Commit, History
from autograder.wire.commits import REPOSITORY, WANTED

MOST_SEEN = 5000  # commits
LINES_CPU_S = 6.0  # for counting lines; later commits have none
MOST_CHANGES = 300  # files of one commit
LARGEST_FILE = 400_000  # bytes of a file whose lines are counted
SHORTEST_HASH = 40
UNCOUNTED = (-1, -1)


def read_history(workspace: Path, scratch: Path) -> History:
    """Return the newest commits that lead to a branch of the repository in a workspace.

    Args:
        workspace: holds the packed repository, if there is one.
        scratch: where it is unpacked.
    """
    if not (workspace / REPOSITORY).is_file():
        return History(is_there=False, commits=[], more=0, unread=0)
    folder = scratch / "repository"
    with zipfile.ZipFile(workspace / REPOSITORY) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if WANTED.fullmatch(name)])
    repository = _Repository(folder)
    commits, unread = repository.commits()
    newest = sorted(commits.values(), key=_time_of, reverse=True)
    lines = repository.lines_of(newest[:MAX_COMMITS])
    return History(
        is_there=bool(commits),
        commits=[_told(one, *counts) for one, counts in zip(newest, lines, strict=False)],
        more=max(0, len(newest) - MAX_COMMITS),
        unread=unread,
    )


class _Repository:
    """The objects and references of a repository."""

    def __init__(self, folder: Path) -> None:
        from dulwich.object_store import DiskObjectStore  # here, since no other child needs it

        self._folder = folder
        self._objects = DiskObjectStore(str(folder / "objects"))

    def commits(self) -> tuple[dict[bytes, Any], int]:
        """Return the commits that lead to a reference, by name, and how many cannot be read."""
        found: dict[bytes, Any] = {}
        ahead = self._tips()
        unread = set()
        seen = set(ahead)
        while ahead and len(found) < MOST_SEEN:
            name = ahead.pop()
            commit = self._commit(name)
            if commit is None:
                unread.add(name)
                continue
            found[name] = commit
            following = [parent for parent in commit.parents if parent not in seen]
            seen.update(following)
            ahead += following
        return found, len(unread)

    def _tips(self) -> list[bytes]:
        """Return the names that references hold."""
        paths = [self._folder / "HEAD", self._folder / "packed-refs", *sorted((self._folder / "refs").rglob("*"))]
        words = [word for path in paths if path.is_file() for word in path.read_bytes()[:LARGEST_FILE].split()]
        return list(dict.fromkeys(word for word in words if len(word) == SHORTEST_HASH and _is_hexadecimal(word)))

    def _commit(self, name: bytes, depth: int = 3) -> Any:
        """Return the commit of that name, also behind an annotated tag; None if there is none."""
        try:
            found = self._objects[name]  # type: ignore[index]
            kind = found.type_name
            if kind == b"tag" and depth:
                return self._commit(found.object[1], depth - 1)  # type: ignore[attr-defined]
            if kind != b"commit":
                return None
            _time_of(found), found.parents, found.author, found.message, found.tree  # type: ignore[attr-defined]
        except Exception:  # dulwich lets struct, zlib, assertions and others through
            return None
        return found

    def lines_of(self, commits: list[Any]) -> list[tuple[int, int]]:
        """Return for each commit how many lines it adds and removes; -1 for merges, and where it takes too long."""
        until = time.process_time() + LINES_CPU_S
        return [self._lines(one) if time.process_time() < until else UNCOUNTED for one in commits]

    def _lines(self, commit: Any) -> tuple[int, int]:
        from dulwich.diff_tree import tree_changes

        if len(commit.parents) > 1:
            return UNCOUNTED
        try:
            before = self._objects[commit.parents[0]].tree if commit.parents else None  # type: ignore[attr-defined]
            added = removed = 0
            for number, change in enumerate(tree_changes(self._objects, before, commit.tree)):
                if number >= MOST_CHANGES:
                    return UNCOUNTED
                old, new = self._text(change.old), self._text(change.new)
                added += (new - old).total()
                removed += (old - new).total()
        except Exception:
            return UNCOUNTED
        return added, removed

    def _text(self, entry: Any) -> Counter[bytes]:
        """Return the lines of a file with their numbers; none if it is large, or no text. Moved lines are no change."""
        if entry is None or entry.sha is None:
            return Counter()
        content = self._objects[entry.sha].as_raw_string()
        return Counter() if len(content) > LARGEST_FILE or b"\0" in content[:8000] else Counter(content.splitlines())


def _told(commit: Any, added: int, removed: int) -> Commit:
    return Commit(
        who=_plain(commit.author.partition(b"<")[0])[:MAX_WHO] or "nobody",
        when=_time_of(commit),
        offset_s=max(-DAY_S, min(DAY_S, commit.author_timezone or 0)),
        message=_plain(commit.message.strip().partition(b"\n")[0])[:MAX_LINE],
        added=added,
        removed=removed,
    )


def _time_of(commit: Any) -> int:
    return max(0, min(LATEST_S, int(commit.author_time)))


def _plain(text: bytes) -> str:
    """Return text without characters that do something."""
    decoded = text[: 8 * MAX_LINE].decode("utf-8", "replace")
    return " ".join("".join(one if one.isprintable() else " " for one in decoded).split())


def _is_hexadecimal(word: bytes) -> bool:
    return all(one in b"0123456789abcdef" for one in word)
