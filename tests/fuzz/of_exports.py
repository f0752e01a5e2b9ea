"""Exports of whole classes: odd names, broken metadata, changed zips."""

import contextlib
import os
import re
import shutil
import unicodedata
from pathlib import Path

from hypothesis import strategies as st

from autograder.exports import canvas, moodle
from autograder.exports.gradescope import METADATA
from autograder.exports.items import LEFT_BY_SYSTEMS, Item, quoted
from autograder.exports.keys import RESERVED
from autograder.exports.read import KINDS, read_export
from autograder.intake.submission import take_submission
from autograder.model.export import Export
from autograder.model.failures import UnusableInput
from tests.exports.made import JANE, PAIR, laid_out
from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.of_archives import ASSIGNMENT, assert_taken
from tests.fuzz.of_folders import ODD
from tests.fuzz.target import Target
from tests.helpers import SOURCE, zip_bytes

KEY = re.compile(r"[a-z0-9-]{1,140}")
UNWANTED = ("Cc", "Cf", "Cs")
HOSTILE = (
    "", "con", "nul", "a b", "Anne-Marie", "陳大文", "\u202eecila", "x\ny",
    "\x1b[2J", "..", "LATE", "_1_2_", "<b>", "é" * 90,
)  # fmt: skip
FILES = ("submitted.py", "submitted-1.py", "submitted-2.py", "..", "hw.zip", ".py", "a:b", "-1", "x-1.tar.gz")

names = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), max_size=30
)
numbers = st.integers(0, 12).map(str) | st.from_regex(r"[0-9]{1,25}", fullmatch=True)
files = st.sampled_from(FILES) | names.filter(bool)
canvas_names = st.builds("{}{}_{}_{}_{}".format, names, st.sampled_from(["", "_LATE"]), numbers, numbers, files)
typed_names = st.builds("{}_{}_{}.html".format, names, numbers, st.sampled_from(["text", "link"]))
plugins = st.sampled_from(["file_", "file", "onlinetext_", "comments", "file_submitted.py", "file_hw.zip", ""])
moodle_names = st.builds("{}_{}_assignsubmission_{}".format, names, numbers, plugins)
gradescope_names = st.builds("submission_{}".format, numbers) | st.just("submission_metadata.yml")
tops = st.one_of(
    st.lists(canvas_names | typed_names, max_size=8),
    st.lists(moodle_names, max_size=8),
    st.lists(gradescope_names, max_size=8),
    st.lists(files, max_size=8),
    st.lists(canvas_names | moodle_names | gradescope_names | files, max_size=8),
)
kinds = st.sampled_from(["folder", "file", "file", "folder", "empty", "link", "fifo", "packed", "linked"])
odd = st.lists(st.sampled_from(ODD).map(os.fsdecode), max_size=3)
folders = tops.flatmap(
    lambda drawn: st.tuples(st.just(drawn), st.lists(kinds, min_size=len(drawn), max_size=len(drawn)))
)


def _make(path: Path, kind: str, elsewhere: Path) -> None:
    if os.path.lexists(path):
        return
    if kind == "file":
        path.write_bytes(SOURCE)
    elif kind == "link":
        path.symlink_to(elsewhere)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
        if kind == "folder":
            (path / "submitted.py").write_bytes(SOURCE)
        elif kind == "packed":
            (path / "hw.zip").write_bytes(zip_bytes({"submitted.py": SOURCE}))
        elif kind == "linked":
            (path / "submitted.py").symlink_to(elsewhere)


def assert_sound(export: Export, *roots: Path) -> None:
    """Check what the rest of the harness relies on, for each hand-in and each sentence."""
    keys = [hand_in.key for hand_in in export.hand_ins]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    for hand_in in export.hand_ins:
        assert KEY.fullmatch(hand_in.key)
        assert hand_in.key not in RESERVED
        assert (hand_in.path is None) == bool(hand_in.problem)
        if hand_in.path:
            assert any(root in hand_in.path.parents for root in roots)
            assert not hand_in.path.is_symlink()
            assert_taken(take_submission(hand_in.path, ASSIGNMENT))
        for text in (hand_in.problem, *hand_in.remarks, hand_in.submitted_at):
            assert not {c for c in text if unicodedata.category(c) in UNWANTED}
        for student in hand_in.students:
            (student.name + student.email + student.sid + student.platform_id).encode()
    for text in export.complaints:
        assert not {c for c in text if unicodedata.category(c) in UNWANTED}


def _assert_nobody_is_lost(export: Export, tops: list[Path]) -> None:
    """Check that whatever lies at the top is graded, or belongs to a hand-in, or is named in a sentence."""
    texts = [*export.complaints, *(text for one in export.hand_ins for text in (one.problem, *one.remarks))]
    senders = [(student.name, student.platform_id) for one in export.hand_ins for student in one.students]
    ids = {one.submission_id for one in export.hand_ins}
    graded = [one.path for one in export.hand_ins if one.path]
    if export.platform in ("canvas", "moodle"):
        assert len(set(senders)) == len(senders)
    for top in tops:
        name = os.fsencode(top.name).decode("utf-8", "replace")
        sent = canvas.UPLOADED.fullmatch(name) or canvas.TYPED.fullmatch(name)
        handed = moodle.NAMED.fullmatch(name)
        assert (
            any(top == path or top in path.parents for path in graded)
            or any(quoted(name) in text or " more" in text for text in texts)
            or (export.platform == "canvas" and sent and sent["user"] in {number for _, number in senders})
            or (
                export.platform == "moodle" and handed and (handed["number"] or "") in {number for _, number in senders}
            )
            or (export.platform == "gradescope" and (name in METADATA or name.removeprefix("submission_") in ids))
        )


def _is_shown(path: Path) -> bool:
    """Return whether a person would miss it: a hidden file counts only if a platform named it."""
    item = Item(os.fsencode(path.name).decode("utf-8", "replace"), path, path.is_dir() and not path.is_symlink())
    if item.name in LEFT_BY_SYSTEMS or item.name.startswith("._"):
        return False
    return not item.name.startswith(".") or any(is_its(item) for is_its in KINDS.values())


def check_folder(case: tuple[tuple[list[str], list[str]], list[str]], folder: Path) -> None:
    """A folder becomes hand-ins, whatever its names are, and nothing outside it is reached."""
    (drawn, kinds), odd = case
    root, elsewhere, kept = folder / "export", folder / "elsewhere", folder / "kept"
    root.mkdir()
    elsewhere.write_bytes(b"secret")
    try:
        for name, kind in zip([*drawn, *odd], [*kinds, *["file"] * len(odd)], strict=True):
            if name not in ("", ".", ".."):
                with contextlib.suppress(OSError):  # too long, or taken
                    _make(root / name, kind, elsewhere)
        with contextlib.suppress(UnusableInput):
            export = read_export(root, kept)
            assert_sound(export, root, kept)
            _assert_nobody_is_lost(export, list(filter(_is_shown, root.iterdir())))
            assert read_export(root, kept) == export
        assert elsewhere.read_bytes() == b"secret"
    finally:
        shutil.rmtree(root)
        shutil.rmtree(kept, ignore_errors=True)


YAMLS = (
    ("---\n" + JANE + PAIR).encode(),
    b"submission_11: &a\n  :submitters: &s\n  - &x {:name: Jane, :sid: 1}\n  - *x\nsubmission_12:\n  :submitters: *s\n",
    b"submission_11:\n  :submitters:\n  - !ruby/object:User\n    :name: !binary |-\n      w6k=\n  :created_at: "
    b"!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-03-02 17:35:00.1 Z\n    zone: &1 !ruby/object:Zone\n"
    b"      name: UTC\nsubmission_12: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  submitters: []\n",
    b"- submission_11\n- submission_12\n",
)
PIECES = (
    b"&a [*a]", b"<<: *s\n", b"!!python/object/apply:os.system ['false']", b"? [[[[[",
    b"\x00\x1b", b"\xff\xfe", b"%YAML 9\n",
    b"---\n", b"...\n", b"submission_12:\n", b": ", b"- ", b"\t", b"'", b"|+\n",
)  # fmt: skip
yaml_edits = st.lists(
    edits | st.builds(Edit, st.just("insert"), st.integers(0, 100).map(lambda x: x / 100), st.sampled_from(PIECES)),
    max_size=4,
)


def check_metadata(case: tuple[bytes, list[Edit]], folder: Path) -> None:
    """Whatever the metadata say, each folder is one hand-in."""
    metadata = edited(*case)
    root = laid_out(folder / "export", {"submission_11/submitted.py": SOURCE, "submission_12/submitted.py": SOURCE})
    (root / "submission_metadata.yml").write_bytes(metadata)
    export = read_export(root, folder / "kept")

    assert_sound(export, root)
    paths = [hand_in.path for hand_in in export.hand_ins if hand_in.path]
    assert sorted(paths) == [root / "submission_11", root / "submission_12"]


ZIPS = (
    zip_bytes({"a/submission_metadata.yml": YAMLS[0], "a/submission_11/s.py": SOURCE, "a/submission_12/s.py": SOURCE}),
    zip_bytes({"doejane_1_2_submitted.py": SOURCE, "roe_LATE_2_3_submitted-1.py": SOURCE, "x_3_text.html": b""}),
    zip_bytes(
        {"Jane_1_assignsubmission_file_/submitted.py": SOURCE, "José_2_assignsubmission_file_/s.py": SOURCE * 30}
    ),
    zip_bytes(
        {"jane/submitted.py": SOURCE, "../out.py": SOURCE, "/abs.py": SOURCE, "bob.py": SOURCE, "a": b"", "a/b": b""}
    ),
)


def check_zip(case: tuple[bytes, list[Edit]], folder: Path) -> None:
    """A changed zip is read or refused, and nothing is written beside where it is unpacked."""
    path, kept = folder / "class.zip", folder / "kept"
    path.write_bytes(edited(*case))
    before = sorted(folder.parent.iterdir())
    try:
        with contextlib.suppress(UnusableInput):
            export = read_export(path, kept)
            assert_sound(export, kept)
            assert read_export(path, kept) == export
            assert not list(kept.glob(".unpacking-*"))
        assert sorted(folder.parent.iterdir()) == before
        assert {entry.name for entry in folder.iterdir()} <= {"class.zip", "kept", "export", "elsewhere"}
    finally:
        shutil.rmtree(kept, ignore_errors=True)


TARGETS = (
    Target("exports: folders", st.tuples(folders, odd), check_folder, 0.5),
    Target("exports: metadata", st.tuples(st.sampled_from(YAMLS), yaml_edits), check_metadata, 0.7),
    Target("exports: changed zips", st.tuples(st.sampled_from(ZIPS), st.lists(edits, max_size=4)), check_zip, 0.3),
)
