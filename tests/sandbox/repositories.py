"""Repositories as students upload them, and hostile ones, made object by object."""

import hashlib
import zlib
from pathlib import Path

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

NOON = 1_700_000_000  # Unix time


def commit_of(tree: bytes, parents: list[bytes], message: str, author: str = "Ada <a@b>", when: int = NOON) -> Commit:
    """Return a commit, not yet part of a repository."""
    commit = Commit()
    commit.tree, commit.parents = tree, parents
    commit.author = commit.committer = author.encode()
    commit.author_time = commit.commit_time = when
    commit.author_timezone = commit.commit_timezone = 3600
    commit.message, commit.encoding = message.encode(), b"UTF-8"
    return commit


def repository(folder: Path, contents: list[str]) -> list[bytes]:
    """Make a repository with a commit for each content of `submitted.py`; return the names of its commits."""
    folder.mkdir(parents=True, exist_ok=True)
    repo, names = Repo.init(str(folder)), []
    for number, content in enumerate(contents):
        blob, tree = Blob.from_string(content.encode()), Tree()
        tree.add(b"submitted.py", 0o100644, blob.id)
        who = "Grace <g@b>" if number % 2 else "Ada <a@b>"
        commit = commit_of(tree.id, names[-1:], f"Change {number}\n\nDetails", who, NOON + number * 86_400)
        for one in (blob, tree, commit):
            repo.object_store.add_object(one)
        names.append(commit.id)
    (folder / ".git/refs/heads/main").write_bytes(names[-1] + b"\n")
    (folder / ".git/HEAD").write_bytes(b"ref: refs/heads/main\n")
    repo.close()
    return names


def write_object(folder: Path, kind: bytes, content: bytes, name: bytes | None = None) -> bytes:
    """Write a loose object, under its right name or another; return the name."""
    whole = kind + b" %d\0" % len(content) + content
    name = name or hashlib.sha1(whole).hexdigest().encode()
    path = folder / ".git/objects" / name[:2].decode() / name[2:].decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return name
