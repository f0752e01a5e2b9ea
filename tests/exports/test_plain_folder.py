"""Any other folder: whatever lies at its top is somebody's."""

import os
from pathlib import Path

from autograder.exports.read import read_export
from tests.exports.made import SOURCE, by_name, files_of, laid_out, read
from tests.helpers import zip_bytes


def test_folders_files_and_archives_are_hand_ins_called_by_their_names(tmp_path: Path) -> None:
    """Their endings say what they are, and are no part of the name."""
    files = {"Jane Doe/submitted.py": SOURCE, "bob.py": SOURCE, "eve.tar.gz": b"", "mal.ipynb": "{}", "ann/hw.zip": b""}
    export = read(tmp_path, files)

    assert export.platform == "folder"
    assert {hand_in.who: hand_in.key for hand_in in export.hand_ins} == {
        "Jane Doe": "jane-doe", "ann": "ann", "bob": "bob", "eve": "eve", "mal": "mal"
    }  # fmt: skip
    assert by_name(export)["ann"].path == tmp_path / "export/ann/hw.zip"
    assert export.complaints == ()


def test_what_systems_leave_behind_is_passed_over_silently(tmp_path: Path) -> None:
    """And what else nobody handed in is named."""
    junk = {
        "__MACOSX/._bob.py": "",
        ".DS_Store": "",
        "Thumbs.db": "",
        "._bob.py": "",
        ".git/HEAD": "",
        "grades.csv": "",
    }
    export = read(tmp_path, {"bob.py": SOURCE, **junk})

    assert [hand_in.who for hand_in in export.hand_ins] == ["bob"]
    assert export.complaints == (
        "`grades.csv`: this is neither a folder nor a Python file nor an archive; it is left out.",
    )


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither at the top nor in a folder: they lead to what nobody handed in."""
    root = laid_out(tmp_path / "export", {"bob.py": SOURCE, "jane/submitted.py": SOURCE, "ann/": ""})
    for name in ("eve.py", "mal", "jane/net.py", "ann/submitted.py"):
        (root / name).symlink_to(tmp_path)
    export = read_export(root, tmp_path / "kept")
    every = by_name(export)

    assert files_of(every["jane"]) == {"submitted.py": SOURCE}
    assert every["jane"].remarks == ("Missing: `jane/net.py` is a link, which is not followed.",)
    assert (every["ann"].path, every["eve"].path) == (None, None)
    assert "mal" not in every
    assert export.complaints == (
        "Ignored: `ann/submitted.py` is a link, which is not followed.",
        "Ignored: `eve.py` is a link, which is not followed.",
        "Ignored: `jane/net.py` is a link, which is not followed.",
        "Ignored: `mal` is a link, which is not followed.",
    )


def test_names_that_are_no_text_stay_apart(tmp_path: Path) -> None:
    """File systems know names that no encoding does."""
    root = tmp_path / "export"
    for name in (b"\xff", b"\xfe", "\u202egnp".encode()):
        laid_out(root / os.fsdecode(name), {"submitted.py": SOURCE})
    export = read_export(root, tmp_path / "kept")

    assert len({hand_in.key for hand_in in export.hand_ins}) == 3
    assert [hand_in.who.encode().decode() for hand_in in export.hand_ins].count("\ufffd") == 2


def test_archive_of_an_unknown_kind_is_a_hand_in_too(tmp_path: Path) -> None:
    """Its student is told to pack it otherwise."""
    assert by_name(read(tmp_path, {"jane.rar": b"Rar!", "bob.zip": zip_bytes({"submitted.py": SOURCE})}))["jane"].path
