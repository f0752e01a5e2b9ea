"""Zips of whole classes are unpacked once, within limits, and a bad entry costs itself."""

import os
import shutil
import stat
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from autograder.exports import unpack
from autograder.exports.read import read_export
from autograder.intake.limits import MIB
from autograder.model.export import Export
from autograder.model.failures import UnusableInput
from tests.exports.made import JANE, SOURCE, by_name, files_of, zipped
from tests.intake.test_zips import bomb

CLASS = {"jane/submitted.py": SOURCE * 9, "bob/submitted.py": SOURCE * 8, "eve/submitted.py": SOURCE * 7}


def with_members(path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """Write a zip of a class with some more entries."""
    zipped(path, CLASS)
    with zipfile.ZipFile(path, "a") as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """Return an entry of this kind."""
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    return member


def read(path: Path) -> Export:
    """Read a zip into a folder beside it."""
    return read_export(path, path.parent / "kept")


def refused(path: Path) -> str:
    """Return the sentence with which a zip is refused, after which nothing may be left of it."""
    with pytest.raises(UnusableInput) as caught:
        read(path)
    assert not list((path.parent / "kept").glob("*"))
    return str(caught.value)


def test_zip_is_unpacked_once_and_used_again(tmp_path: Path) -> None:
    """Unpacking 20 GiB takes minutes, and an evening's run may be interrupted."""
    path = zipped(tmp_path / "class.zip", CLASS)
    first = read(path)
    before = {file: file.stat().st_ino for file in (tmp_path / "kept").rglob("*")}

    assert read(path) == first
    assert {file: file.stat().st_ino for file in (tmp_path / "kept").rglob("*")} == before


def test_another_zip_of_the_same_name_is_unpacked_for_itself(tmp_path: Path) -> None:
    """A newer download of the same assignment must not be graded with older files."""
    read(zipped(tmp_path / "class.zip", CLASS))
    (jane,) = read(zipped(tmp_path / "class.zip", {"jane/submitted.py": b"new"})).hand_ins

    assert files_of(jane) == {"submitted.py": b"new"}


def test_unpacking_that_was_killed_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder under its own name is complete; an incomplete one is removed."""
    path = zipped(tmp_path / "class.zip", CLASS)
    with monkeypatch.context() as patched:
        patched.setattr(unpack, "_unpack_one", _interrupt)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # a killed process cleans nothing up
        with pytest.raises(KeyboardInterrupt):
            read(path)
    assert list((tmp_path / "kept").glob(".unpacking-*"))

    assert len(read(path).hand_ins) == 3
    assert not list((tmp_path / "kept").glob(".unpacking-*"))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (special("jane/net.py", stat.S_IFLNK | 0o777), "is a link, which is not followed"),
        (special("jane/net.py", stat.S_IFIFO), "is neither a file nor a folder"),
        ("jane/submitted.py/", "is in the zip as a file and as a folder; the first is kept"),
        ("jane/submitted.py/net.py", "is in the zip as a file and as a folder; the first is kept"),
        ("jane/" + "x" * 300, "has a name that leaves the folder, or that is too long"),
        ("jane/" + "x/" * 30 + "net.py", "lies more than 24 folders deep"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_bad_entry_costs_itself(member: zipfile.ZipInfo | str, told: str, tmp_path: Path) -> None:
    """The rest of the student's files is graded, and the staff are told."""
    path = with_members(tmp_path / "class.zip", (member, b"../../elsewhere"))
    export = read(path)
    jane = by_name(export)["jane"]

    assert files_of(jane) == {"submitted.py": SOURCE * 9}
    assert len(jane.remarks) == len(export.complaints) == 1
    assert told in jane.remarks[0]
    assert told in export.complaints[0]
    assert files_of(by_name(export)["bob"]) == {"submitted.py": SOURCE * 8}


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "jane/../../evil.txt"])
def test_entry_that_would_leave_the_folder_is_never_written(name: str, tmp_path: Path) -> None:
    """Nothing appears beside the folder."""
    path = with_members(tmp_path / "class.zip", (name, b"evil"))
    export = read(path)

    assert "has a name that leaves the folder" in export.complaints[0]
    assert not list(tmp_path.rglob("evil*"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["class.zip", "kept"]


def test_damaged_entry_costs_its_own_student(tmp_path: Path) -> None:
    """The row stays, with the reason."""
    path = zipped(tmp_path / "class.zip", CLASS)
    content = path.read_bytes()
    place = content.index(b"bob/submitted.py") + len(b"bob/submitted.py") + 3
    path.write_bytes(content[:place] + b"\xff\xff\xff" + content[place + 3 :])
    every = by_name(read(path))

    assert every["bob"].path is None
    assert "`bob/submitted.py` is damaged in the zip" in every["bob"].problem
    assert all(every[who].path and not every[who].remarks for who in ("jane", "eve"))


def test_damaged_attachment_of_canvas_keeps_its_students_row(tmp_path: Path) -> None:
    """Though nothing of it lies on the disk."""
    path = zipped(tmp_path / "class.zip", {f"{who}_9_submitted.py": SOURCE * 9 for who in ("doe_1", "roe_2")})
    content = path.read_bytes()
    place = content.index(b"roe_2_9_submitted.py") + len(b"roe_2_9_submitted.py") + 3
    path.write_bytes(content[:place] + b"\xff\xff\xff" + content[place + 3 :])
    every = by_name(read(path))

    assert (every["doe"].problem, every["roe"].path) == ("", None)
    assert "is damaged in the zip" in every["roe"].problem


@pytest.mark.parametrize("quoted", [False, True])
def test_entries_that_share_their_bytes_are_refused(quoted: bool, tmp_path: Path) -> None:
    """A few kilobytes would unpack to any size."""
    path = tmp_path / "class.zip"
    path.write_bytes(bomb(250, quoted))

    assert "overlaps with the next entry: that looks like a bomb" in refused(path)


def test_bomb_of_many_small_entries_is_refused(tmp_path: Path) -> None:
    """Each of them is below what the ratio of one file is asked for."""
    path = zipped(tmp_path / "class.zip", {f"{i}.py": bytes(MIB) for i in range(70)} | {"x": os.urandom(100)})

    assert "it would unpack to 70 MiB: that looks like a bomb" in refused(path)


def test_bomb_of_one_entry_costs_itself(tmp_path: Path) -> None:
    """A student's file of zeros is that student's."""
    path = zipped(tmp_path / "class.zip", {**CLASS, "bob/net.py": bytes(9 * MIB)})

    assert "`bob/net.py` would unpack to 9 MiB" in read(path).complaints[0]


def test_disk_without_room_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10 * MIB, 9 * MIB, MIB))

    assert "Make room, or choose a folder on another disk." in refused(zipped(tmp_path / "class.zip", CLASS))


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class has thousands of files, and not millions."""
    monkeypatch.setattr(unpack, "MAX_ENTRIES", 2)

    assert "3 entries; at most 2 are unpacked" in refused(zipped(tmp_path / "class.zip", CLASS))


def test_encrypted_entries_are_named(tmp_path: Path) -> None:
    """There is no password to ask for."""
    path = zipped(tmp_path / "class.zip", CLASS)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)

    assert "is encrypted" in by_name(read(path))["jane"].problem


@pytest.mark.parametrize(
    "name", ["José_1_assignsubmission_file_/submitted.py", "陳大文_1_assignsubmission_file_/submitted.py"]
)
def test_names_of_programs_that_do_not_say_utf_8_are_read(name: str, tmp_path: Path) -> None:
    """Python takes them for cp437, which makes names unreadable."""
    path = zipped(tmp_path / "class.zip", {name: SOURCE})
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\x00\x08", b"\x00\x00"))  # the flag, in both headers
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() != [name]

    assert [hand_in.who for hand_in in read(path).hand_ins] == [name.split("_", 1)[0]]


def test_separators_of_windows_are_folders(tmp_path: Path) -> None:
    """Old PowerShell packs so, and the staff pack again what they have looked into."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("submission_metadata.yml", "submission_12\\", "submission_11\\submitted.py"):
            member = zipfile.ZipInfo(name)
            member.create_system = 0
            archive.writestr(member, JANE if name.endswith("yml") else b"" if name.endswith("\\") else SOURCE)

    every = by_name(read(path))

    assert files_of(every["Jane Doe"]) == {"submitted.py": SOURCE}
    assert every["student-12"].problem == "There is nothing to grade: the folder `submission_12` is empty."


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_with_one_name_the_last_counts(tmp_path: Path) -> None:
    """A class's zip is read as a single upload is: else the same zip would be graded in two ways."""
    path = with_members(tmp_path / "class.zip", ("jane/submitted.py", SOURCE * 2))
    jane = by_name(read(path))["jane"]

    assert files_of(jane) == {"submitted.py": SOURCE * 2}
    assert "is in the zip twice; the last one counts" in jane.remarks[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_damaged_second_entry_replaces_nothing(tmp_path: Path) -> None:
    """The earlier one is still there, and the staff are told."""
    path = with_members(tmp_path / "class.zip", ("jane/submitted.py", b"a second version"))
    path.write_bytes(path.read_bytes().replace(b"a second version", b"a SECOND version", 1))
    jane = by_name(read(path))["jane"]

    assert files_of(jane) == {"submitted.py": SOURCE * 9}
    assert "is in the zip twice, and the second is damaged in the zip" in jane.remarks[0]
