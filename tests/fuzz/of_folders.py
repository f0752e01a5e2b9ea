"""Folders with names that only a file system can have."""

import contextlib
import os
import shutil
from pathlib import Path

from hypothesis import strategies as st

from autograder.intake.submission import take_submission
from tests.fuzz.of_archives import ASSIGNMENT, assert_taken
from tests.fuzz.target import Target
from tests.helpers import SOURCE, zip_bytes

ODD = (
    b"submitted.py", b"Submitted.py", b"a", b"..a", b".hidden", b"a\nb.py", b"\x1b[2J.py", b"\xff\xfe.py",
    b"\xed\xa0\x80.py",
        b"\xe2\x80\xae.py", b"c:d.py", b"back\\slash.py", b" ", b"x" * 255, b"\xff" * 200 + b".py", b"%s%n.py",
    b"hw.zip", b"hw.tar",
    "größe.py".encode(), "gro\u0308ße.py".encode(), b"-rf.py", b"*.py", b"a.ipynb", b"__pycache__",
)  # fmt: skip
parts = st.sampled_from(ODD) | st.binary(min_size=1, max_size=12).map(
    lambda name: name.replace(b"/", b"_").replace(b"\0", b"_") if name not in (b".", b"..") else b"dots"
)
paths = st.tuples(st.lists(parts, min_size=1, max_size=3), st.sampled_from(["file", "folder", "link", "fifo", "zip"]))
deep = st.tuples(st.lists(st.just(b"d"), min_size=7, max_size=12), st.just("file"))
trees = st.lists(paths | deep, max_size=6)


def check(case: list[tuple[list[bytes], str]], folder: Path) -> None:
    """A folder becomes a submission or one printable sentence, whatever its names are."""
    root, elsewhere = folder / "tree", folder / "elsewhere"
    root.mkdir()
    elsewhere.write_bytes(b"secret")
    try:
        for names, kind in case:
            with contextlib.suppress(OSError):  # taken already, by a file where a folder is meant or the other way
                _make(root.joinpath(*map(os.fsdecode, names)), kind, elsewhere)
        taken = take_submission(root, ASSIGNMENT)
        assert_taken(taken)
        assert b"secret" not in taken.files.values()
        assert elsewhere.read_bytes() == b"secret"
    finally:
        shutil.rmtree(root)


def _make(path: Path, kind: str, elsewhere: Path) -> None:
    """Make one entry, never through one that is there: this may run as root, and a link leads elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(path):
        return
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "link":
            path.symlink_to(elsewhere)
        case "file" | "zip":
            with path.open("xb") as file:
                file.write(SOURCE if kind == "file" else zip_bytes({"submitted.py": SOURCE}))


TARGETS = (Target("folders: odd names", trees, check, 0.7),)
