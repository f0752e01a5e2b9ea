"""Uploads are read within limits, and nothing hostile in them is ever opened."""

import gzip
import io
import os
import socket
import stat
import struct
import tracemalloc
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.intake import limits, upload
from autograder.intake.upload import MIB, RefusedUpload, read_upload
from autograder.model.failures import UnusableInput
from tests.helpers import SOURCE, tar_bytes, zip_bytes


def read_zip(folder: Path, content: bytes) -> list[upload.Entry]:
    """Write an upload and read it."""
    return read_whole(folder, content).entries


def read_whole(folder: Path, content: bytes) -> upload.Contents:
    """Write an upload and read it, with the names of what is passed over."""
    path = folder / "upload.zip"
    path.write_bytes(content)
    return read_upload(path)


def with_member(member: zipfile.ZipInfo, content: bytes = SOURCE) -> bytes:
    """Return a zip with this one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(member, content)
    return stream.getvalue()


ONE_TAR = tar_bytes({"a.py": SOURCE})
A_ZIP = zip_bytes({"submitted.py": SOURCE * 20, "helpers/layers.py": b"import torch\n" * 30, "größe.txt": b"x"})


@given(
    changes=st.lists(st.tuples(st.integers(0, len(A_ZIP) - 1), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, len(A_ZIP)),
)
@example(changes=[], cut=0)
def test_mutated_zip_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], cut: int
) -> None:
    """Whatever bytes a zip has, the reader raises RefusedUpload or returns entries within its limits."""
    content = bytearray(A_ZIP)
    for place, value in changes:
        content[place] = value
    try:
        entries = read_zip(tmp_path_factory.getbasetemp(), bytes(content[: len(content) - cut]))
    except RefusedUpload as refused:
        entries = []
        assert str(refused).strip()

    assert all(not name.startswith("/") and ".." not in name.split("/") for name, _, _ in entries)
    assert all(data is None or len(data) <= size for _, size, data in entries)


DIRECTORY = A_ZIP.index(b"PK\x01\x02")


@given(place=st.integers(DIRECTORY, len(A_ZIP) - 1), value=st.integers(0, 255))
def test_each_byte_of_the_directory_may_lie(tmp_path_factory: pytest.TempPathFactory, place: int, value: int) -> None:
    """Sizes, flags, methods, offsets and names of the zip's directory: none makes another exception."""
    content = bytearray(A_ZIP)
    content[place] = value
    try:
        names = [name for name, _, _ in read_zip(tmp_path_factory.getbasetemp(), bytes(content))]
    except RefusedUpload as refused:
        names = [str(refused)]

    assert len(names) <= 3


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../submitted.py", "leaves the folder"),
        ("a/../../submitted.py", "leaves the folder"),
        ("/etc/cron.d/submitted.py", "leaves the folder"),
        ("/", "leaves the folder"),
        ("x" * 300 + ".py", "too long"),
        ("/".join("abcdefghi") + "/submitted.py", "more than 8 folders deep"),
    ],
)
def test_entry_that_has_no_place_is_passed_over_and_named(name: str, told: str, tmp_path: Path) -> None:
    """Entries with zip slip or absolute names are never written, and do not affect the others."""
    files = {"a.py": SOURCE, name: b"x"}
    if name == "/":
        files = {"a.py": SOURCE, "//x": b"x"}
    contents = read_whole(tmp_path, zip_bytes(files))

    assert contents.entries == [("a.py", len(SOURCE), SOURCE)]
    assert [told in why for why in contents.passed_over.values()] == [True]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("C:\\hw\\submitted.py", "C\ufffd\ufffdhw\ufffdsubmitted.py"),
        ("Icon\r", "Icon\ufffd"),
        ("log_12:30:01.txt", "log_12\ufffd30\ufffd01.txt"),
        ("sub\nmitted.py", "sub\ufffdmitted.py"),
        ("sub\x1b[2Jmitted.py", "sub\ufffd[2Jmitted.py"),
        ("sub\x9b2Jmitted.py", "sub\ufffd2Jmitted.py"),
        ("yp.\u202edettimbus.py", "yp.\ufffddettimbus.py"),
        ("\u202bnotes.txt", "\ufffdnotes.txt"),
        ("a\u2028b.py", "a\ufffdb.py"),
    ],
)
def test_misleading_characters_of_names_are_replaced(name: str, read: str, tmp_path: Path) -> None:
    """No terminal obeys such a name, and no reader errs; macOS itself makes one for the icon of a folder."""
    assert read_zip(tmp_path, zip_bytes({name: b"x"})) == [(read, 1, b"x")]


def test_backslashes_of_windows_are_slashes(tmp_path: Path) -> None:
    """PowerShell wrote such names for years."""
    member = zipfile.ZipInfo("hw")
    member.filename, member.create_system = "hw\\net\\submitted.py", 0

    assert read_zip(tmp_path, with_member(member)) == [("hw/net/submitted.py", len(SOURCE), SOURCE)]

    member.filename = "..\\submitted.py"
    assert read_whole(tmp_path, with_member(member)).passed_over == {
        "../submitted.py": "has a name that leaves the folder"
    }


def test_utf8_without_its_flag_is_read_as_utf8(tmp_path: Path) -> None:
    """Many programs forget the flag; names that are not UTF-8 stay as zipfile decodes them."""
    member = zipfile.ZipInfo("x")
    member.filename = "début.txt"
    content = with_member(member)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature) + offset
        content = content[:place] + b"\0\0" + content[place + 2 :]

    assert [name for name, _, _ in read_zip(tmp_path, content)] == ["début.txt"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_entry_that_is_no_plain_file_is_passed_over(kind: int, tmp_path: Path) -> None:
    """A link in a zip could lead to the tests: its content, which is a path, is not read either."""
    member = zipfile.ZipInfo("submitted.py")
    member.external_attr = (kind | 0o777) << 16
    contents = read_whole(tmp_path, with_member(member, b"/autograder/source"))
    why = "is a link, which is not followed" if kind == stat.S_IFLNK else "is neither a file nor a folder"

    assert contents == upload.Contents([], {"submitted.py": why})

    member.external_attr = (stat.S_IFREG | 0o777) << 16
    assert read_zip(tmp_path, with_member(member))[0][2] == SOURCE


def test_bomb_is_told_by_its_ratio(tmp_path: Path) -> None:
    """Ten MiB of zeros in ten KiB are no source, and are not unpacked."""
    contents = read_whole(tmp_path, zip_bytes({"a.bin": bytes(10 * MIB), "submitted.py": SOURCE}))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert contents.passed_over == {"a.bin": "would unpack to 10 MiB, which looks like a bomb"}


def test_bomb_that_lies_about_its_size_is_unpacked_only_so_far(tmp_path: Path) -> None:
    """A member that says 1,000 bytes and unpacks to 32 MiB never takes more memory than it says."""
    content = zip_bytes({"submitted.py": bytes(32 * MIB)})
    true, lie = struct.pack("<I", 32 * MIB), struct.pack("<I", 1000)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        checksum = struct.pack("<I", archive.infolist()[0].CRC)
    lying = content.replace(true, lie).replace(checksum, struct.pack("<I", zlib.crc32(bytes(1000))))
    tracemalloc.start()
    entries = read_zip(tmp_path, lying)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert entries == [("submitted.py", 1000, bytes(1000))]
    assert peak < 8 * MIB


@pytest.mark.parametrize(("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")])
def test_methods_that_unpack_without_bounds_are_passed_over(method: int, name: str, tmp_path: Path) -> None:
    """bzip2 and LZMA make megabytes of a few bytes, whatever one asks for; no student's tool uses them."""
    contents = read_whole(tmp_path, zip_bytes({"submitted.py": SOURCE}, method))

    assert contents == upload.Contents(
        [], {"submitted.py": f"is packed with {name}, and the grader unpacks Deflate only"}
    )


def test_encrypted_entry_is_named(tmp_path: Path) -> None:
    """A password is told, not guessed."""
    content = bytearray(zip_bytes({"submitted.py": SOURCE}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1

    assert read_whole(tmp_path, bytes(content)) == upload.Contents([], {"submitted.py": "is encrypted with a password"})


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(17)])
def test_file_that_is_no_zip_is_refused_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    """The upload may be broken."""
    with pytest.raises(RefusedUpload, match=r"(cannot be read|is empty).*Zip your files again"):
        read_zip(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\x00", "a 7z archive"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_other_file_under_the_name_of_an_archive_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    """To pack it again would not help somebody who does not know what it is."""
    with pytest.raises(RefusedUpload, match=f"`upload.zip` is {told} under that name: pack your files as a .zip"):
        read_zip(tmp_path, content)


@pytest.mark.parametrize("name", ["upload.zip", "upload.tar.gz", "upload.tar"])
@pytest.mark.parametrize("content", [ONE_TAR, gzip.compress(ONE_TAR), zip_bytes({"a.py": SOURCE})])
def test_archive_under_the_name_of_another_is_read(name: str, content: bytes, tmp_path: Path) -> None:
    """Students rename archives when a platform asks for another kind."""
    (tmp_path / name).write_bytes(content)

    assert read_upload(tmp_path / name).entries == [("a.py", len(SOURCE), SOURCE)]


def test_too_many_entries_are_refused_before_any_is_read(tmp_path: Path) -> None:
    """10,001 entries are no source; the folder that holds them is named."""
    with pytest.raises(RefusedUpload, match="more than 10,000 entries, 10,000 of them in `hw/data`"):
        read_zip(tmp_path, zip_bytes({"hw/a.py": b"", **{f"hw/data/{i}.py": b"" for i in range(10_000)}}))


@pytest.mark.parametrize("names", [("Submitted.py", "submitted.py"), ("STRASSE.py", "stra\u00dfe.py")])
def test_names_that_only_some_systems_take_for_one_are_two(names: tuple[str, str], tmp_path: Path) -> None:
    """Submissions run on Linux, where README.txt and readme.txt are two files."""
    assert [name for name, _, _ in read_zip(tmp_path, zip_bytes(dict.fromkeys(names, SOURCE)))] == list(names)


def test_of_two_entries_with_one_name_the_last_counts(tmp_path: Path) -> None:
    """Programs append the newer version to a zip, and unpacking it leaves the newer one."""
    contents = read_whole(tmp_path, zip_bytes({"submitted.py": b"old", "./submitted.py": SOURCE}))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert contents.passed_over == {"submitted.py": "is there twice; the last one counts"}


@pytest.mark.parametrize(
    "names",
    [
        (unicodedata.normalize("NFD", "größe.py"), unicodedata.normalize("NFC", "größe.py")),
        ("a\u0323\u0307.py", "a\u0307\u0323.py"),
    ],
)
def test_of_two_spellings_of_one_name_the_last_counts(names: tuple[str, str], tmp_path: Path) -> None:
    """They are one file once accents are composed, and no file disappears without a remark."""
    contents = read_whole(tmp_path, zip_bytes({names[0]: b"old", names[1]: SOURCE}))
    name = unicodedata.normalize("NFC", names[0])

    assert contents.entries == [(name, len(SOURCE), SOURCE)]
    assert contents.passed_over == {name: "is there twice; the last one counts"}


def test_file_in_a_file_of_another_spelling_is_passed_over(tmp_path: Path) -> None:
    """A workspace could not be laid out."""
    contents = read_whole(tmp_path, zip_bytes({"\u00e9.py": SOURCE, "e\u0301.py/x.py": SOURCE}))

    assert contents.entries == [("\u00e9.py", len(SOURCE), SOURCE)]
    assert contents.passed_over == {"\u00e9.py/x.py": "is inside a file, not a folder"}


def test_name_that_is_too_long_once_composed_keeps_its_spelling(tmp_path: Path) -> None:
    """Some letters take more bytes when composed, and no file system holds more than 255."""
    name = "\u0958" * 80 + ".py"  # 243 bytes, and 483 once composed

    assert read_zip(tmp_path, zip_bytes({name: SOURCE})) == [(name, len(SOURCE), SOURCE)]


def test_file_in_a_file_is_passed_over(tmp_path: Path) -> None:
    """No file system can hold both."""
    contents = read_whole(tmp_path, zip_bytes({"submitted.py": SOURCE, "submitted.py/more.py": SOURCE}))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert list(contents.passed_over) == ["submitted.py/more.py"]


@pytest.mark.parametrize(
    "inside",
    ["venv/lib/a{}.py", "env/lib/python3/site-packages/a{}.py", "my env/lib/{}.py", "web/node_modules/{}.js"],
)
@pytest.mark.parametrize("wrapping", ["", "hw/"])
def test_installed_packages_are_passed_over_by_their_folder(inside: str, wrapping: str, tmp_path: Path) -> None:
    """A virtual environment holds tens of thousands of files and is no solution; nor does it hide one."""
    files = {"submitted.py": SOURCE, **{inside.format(i): b"x" for i in range(60)}}
    if inside.startswith("my env"):
        files["my env/pyvenv.cfg"] = b"home = /usr/bin"
    files = {wrapping + name: content for name, content in files.items()}
    for name, content in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    zipped, folder = read_whole(tmp_path, zip_bytes(files)), read_upload(tmp_path / "folder")

    assert zipped == folder
    assert [name for name, _, _ in zipped.entries] == [f"{wrapping}submitted.py"]
    (name,) = zipped.passed_over
    assert f"{wrapping}{inside}".startswith(name)


def test_environment_around_the_solution_hides_nothing(tmp_path: Path) -> None:
    """Some work in the folder of their virtual environment."""
    files = {"venv/submitted.py": SOURCE, "venv/pyvenv.cfg": b"x", "venv/lib/site-packages/a.py": b"x"}

    assert "venv/submitted.py" in [name for name, _, _ in read_zip(tmp_path, zip_bytes(files))]


def test_what_systems_leave_unasked_is_no_part_of_the_upload(tmp_path: Path) -> None:
    """MacOS's and Windows' own files are passed over in silence, in zips and in folders."""
    rubbish = ("__MACOSX/._submitted.py", ".DS_Store", ".git/config", "__pycache__/a.pyc", "Thumbs.db", "desktop.ini")
    files = {"submitted.py": SOURCE, **dict.fromkeys(rubbish, b"x")}
    folder = tmp_path / "folder"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    assert read_zip(tmp_path, zip_bytes(files)) == [("submitted.py", len(SOURCE), SOURCE)]
    assert read_upload(folder).entries == [("submitted.py", len(SOURCE), SOURCE)]


@pytest.mark.parametrize("name", ["Screenshot 2026-05-01 at 3.04\u202fPM.png", "größe 字.py", "a b (1).py"])
def test_odd_but_honest_names_are_taken(name: str, tmp_path: Path) -> None:
    """MacOS itself puts a narrow no-break space into the names of screenshots."""
    assert [entry[0] for entry in read_zip(tmp_path, zip_bytes({name: b"x"}))] == [name]


def test_letters_and_accents_of_macos_are_one(tmp_path: Path) -> None:
    """A program opens the file by the name that its author typed."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "gro\u0308\u00dfe.txt").write_bytes(b"1")

    assert read_zip(tmp_path, zip_bytes({"gro\u0308\u00dfe.txt": b"1"})) == [("gr\u00f6\u00dfe.txt", 1, b"1")]
    assert read_upload(folder).entries == [("gr\u00f6\u00dfe.txt", 1, b"1")]


def test_pipes_links_and_sockets_in_a_folder_are_never_opened(tmp_path: Path) -> None:
    """Opening a FIFO would wait for ever; a link could lead to the hidden data."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.py").write_bytes(b"labels")
    (folder / "submitted.py").write_bytes(SOURCE)
    os.mkfifo(folder / "fifo.py")
    (folder / "link.py").symlink_to(tmp_path / "secret.py")
    (folder / "loop").symlink_to(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.py"))
        contents = read_upload(folder)

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert {name: why.split()[-1] for name, why in contents.passed_over.items()} == {
        "fifo.py": "folder",
        "link.py": "followed",
        "loop": "followed",
        "socket.py": "folder",
    }


def test_folder_that_nests_without_end_is_not_followed_down(tmp_path: Path) -> None:
    """Gradescope unpacks an upload itself, so that a folder may be as hostile as a zip."""
    deep = tmp_path.joinpath("folder", *"abcdefghij")
    deep.mkdir(parents=True)
    (deep / "x.py").touch()
    (deep.parent.parent / "y.py").touch()

    assert read_upload(tmp_path / "folder").passed_over == {"a/b/c/d/e/f/g/h/y.py": "lies more than 8 folders deep"}


def test_folder_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limit holds for folders and zips."""
    monkeypatch.setattr(limits, "MAX_ENTRIES", 5)
    for i in range(6):
        (tmp_path / f"{i}.py").touch()

    with pytest.raises(RefusedUpload, match="more than 5 entries"):
        read_upload(tmp_path)


def test_name_that_is_no_text_can_still_be_handled(tmp_path: Path) -> None:
    """A file system takes any bytes for a name; what is shown and hashed is text."""
    path = os.fsencode(tmp_path) + b"/\xff\xfe.py"
    with open(path, "wb") as file:  # noqa: PTH123 (pathlib takes no bytes)
        file.write(SOURCE)
    ((name, _, content),) = read_upload(tmp_path).entries

    assert name.encode().decode() == name
    assert content == SOURCE


def test_name_of_a_single_file_is_harmless_too(tmp_path: Path) -> None:
    """It was a student who called the file so, also where it was downloaded alone."""
    path = tmp_path / os.fsdecode(b"a\xff\n\xe2\x80\xae.ipynb")
    path.write_bytes(SOURCE)

    assert read_upload(path).entries == [("a\ufffd\ufffd\ufffd.ipynb", len(SOURCE), SOURCE)]


def test_large_file_is_named_and_never_read(tmp_path: Path) -> None:
    """200 MB on disk take no memory; the small files beside them are read all the same."""
    (tmp_path / "checkpoint.pt").touch()
    os.truncate(tmp_path / "checkpoint.pt", 200 * MIB)
    (tmp_path / "submitted.py").write_bytes(SOURCE)

    assert read_upload(tmp_path).entries == [("checkpoint.pt", 200 * MIB, None), ("submitted.py", len(SOURCE), SOURCE)]


def test_many_files_together_take_no_more_memory_than_one(tmp_path: Path) -> None:
    """The limit is on what is held at once; small files come first."""
    for i in range(3):
        (tmp_path / f"data_{i}.npy").touch()
        os.truncate(tmp_path / f"data_{i}.npy", 90 * MIB)
    (tmp_path / "submitted.py").write_bytes(SOURCE)
    read = {name: content is not None for name, _, content in read_upload(tmp_path).entries}

    assert read == {"data_0.npy": True, "data_1.npy": True, "data_2.npy": False, "submitted.py": True}


def test_nothing_there_is_the_operators_mistake(tmp_path: Path) -> None:
    """A mistyped path is no bad submission."""
    with pytest.raises(UnusableInput, match="no such file or folder"):
        read_upload(tmp_path / "submitted.py")

    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UnusableInput, match="neither a file nor a folder"):
        read_upload(tmp_path / "pipe.py")


def test_damaged_entry_costs_itself(tmp_path: Path) -> None:
    """A picture that a download has cut short keeps nobody from being graded."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:  # without compression
        archive.writestr("submitted.py", SOURCE)
        archive.writestr("plot.png", b"a picture, as it was")
    contents = read_whole(tmp_path, stream.getvalue().replace(b"as it was", b"as it is.", 1))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert list(contents.passed_over) == ["plot.png"]
    assert "is damaged in the zip" in contents.passed_over["plot.png"]
