"""A class's sources are looked at once, as bytes, and again if they change."""

from pathlib import Path

import pytest

from autograder.classroom.folder import opened_folder
from autograder.classroom.looked_at import KEPT, looks_of
from autograder.model.submission import Submission
from autograder.source_look import look as looking
from tests.gradebook.made import a_class

HIDDEN = Submission({"submitted.py": b"# coding: unicode_escape\n# \\u000aimport ctypes\n"})
USUAL = Submission({"submitted.py": b"import torch\n", "net.pt": b"import ctypes\n"})


def test_sources_are_looked_at_as_uploaded(tmp_path: Path) -> None:
    """A line that another encoding hides is found; the file is for the staff alone."""
    with opened_folder(tmp_path / "class", new=True) as folder:
        for one in (HIDDEN, USUAL):
            folder.keep_submission(one)
        looks = looks_of(folder, a_class(sources=folder.sources([HIDDEN.digest, USUAL.digest])))

        assert looks[HIDDEN.digest].count > 0
        assert looks[USUAL.digest].count == 0
        assert (folder.root / KEPT).stat().st_mode & 0o777 == 0o600


def test_same_sources_are_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file of an earlier look does not count."""
    with opened_folder(tmp_path / "class", new=True) as folder:
        folder.keep_submission(HIDDEN)
        result = a_class(sources=folder.sources([HIDDEN.digest]))
        before = looks_of(folder, result)
        with monkeypatch.context() as patched:
            patched.setattr(looking, "look_at", None)
            again = looks_of(folder, result)
        (folder.root / KEPT).write_bytes(b"{")

        assert again == before
        assert looks_of(folder, result) == before
