"""Tars are read within the same limits as zips, gzipped or not."""

import gzip
import random
import tarfile
import tracemalloc
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from autograder.intake import limits, tars
from autograder.intake.limits import MIB, Contents, Entry, RefusedUpload
from autograder.intake.upload import read_upload
from tests.helpers import SOURCE, tar_bytes

Member = tuple[tarfile.TarInfo, bytes]
END = bytes(2 * tarfile.BLOCKSIZE)


def read_tar(folder: Path, content: bytes, name: str = "upload.tar") -> list[Entry]:
    """Write an upload and read it."""
    return read_whole(folder, content, name).entries


def read_whole(folder: Path, content: bytes, name: str = "upload.tar") -> Contents:
    """Write an upload and read it, with the names of what is passed over."""
    path = folder / name
    path.write_bytes(content)
    return read_upload(path)


def member(name: str = "submitted.py", content: bytes = SOURCE, **fields: object) -> Member:
    """Return an entry and its content; keyword arguments replace what its header says."""
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry, content


def raw(*members: Member, end: bytes = END) -> bytes:
    """Return a tar as its headers say, whether or not they say the truth."""
    blocks = (entry.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512) for entry, content in members)
    return b"".join(blocks) + end


def pax(records: bytes, kind: bytes = tarfile.XHDTYPE) -> Member:
    """Return an extended header with these records."""
    return member("PaxHeader", records, type=kind)


def record(key: str, value: object) -> bytes:
    """Return a right record of a pax header."""
    rest = f" {key}={value}\n".encode()
    length = len(rest) + len(str(len(rest)))
    return str(length + (len(str(length)) > len(str(len(rest))))).encode() + rest


FILES = {"submitted.py": SOURCE, "net/layers.py": b"x = 1\n", "größe.txt": b"y"}


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "A.TGZ", "looks plain.tar"])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_of_any_form_is_read(name: str, form: int, tmp_path: Path) -> None:
    """The first bytes of a file count, since browsers unpack some and leave the name."""
    content = tar_bytes(FILES, form)
    entries = read_tar(tmp_path, content if name == "a.tar" else gzip.compress(content), name)

    assert entries == sorted((name, len(content), content) for name, content in FILES.items())


def test_tar_alone_in_a_folder_is_the_upload(tmp_path: Path) -> None:
    """Gradescope unpacks zips; what it does not unpack lies alone in its folder."""
    (tmp_path / ".DS_Store").touch()
    (tmp_path / "homework.tar.gz").write_bytes(gzip.compress(tar_bytes(FILES)))

    assert [name for name, _, _ in read_upload(tmp_path).entries] == sorted(FILES)


def test_archive_in_an_archive_stays_closed(tmp_path: Path) -> None:
    """One layer is opened and never a second."""
    inner = tar_bytes(FILES)

    assert read_tar(tmp_path, tar_bytes({"inner.tar": inner})) == [("inner.tar", len(inner), inner)]


@pytest.mark.parametrize("name", ["hw.7z", "hw.rar", "hw.tar.xz", "hw.tar.bz2", "hw.py.gz", "HW.TXZ", "hw.zipx"])
def test_archive_of_another_kind_is_answered_with_those_that_are_read(name: str, tmp_path: Path) -> None:
    """The student learns what to upload instead."""
    with pytest.raises(RefusedUpload, match=r"cannot read archives such as .*: upload a \.zip or a \.tar\.gz"):
        read_tar(tmp_path, b"anything", name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../submitted.py", "leaves the folder"),
        ("/etc/cron.d/submitted.py", "leaves the folder"),
        ("/".join("abcdefghi") + "/submitted.py", "more than 8 folders deep"),
        ("x" * 300 + ".py", "too long"),
        ("ß" * 130 + ".py", "too long"),
    ],
)
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_entry_that_has_no_place_is_passed_over_and_named(name: str, told: str, form: int, tmp_path: Path) -> None:
    """Long names come in separate headers, which are no way round the rules."""
    contents = read_whole(tmp_path, tar_bytes({name: b"x", "submitted.py": SOURCE}, form))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert [(one, told in why) for one, why in contents.passed_over.items()] == [(name, True)]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("C:/submitted.py", "C\ufffd/submitted.py"),
        ("log_12:30:01.txt", "log_12\ufffd30\ufffd01.txt"),
        ("sub\nmitted.py", "sub\ufffdmitted.py"),
        ("sub\x1b[2Jmitted.py", "sub\ufffd[2Jmitted.py"),
        ("yp.\u202edettimbus.py", "yp.\ufffddettimbus.py"),
    ],
)
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_misleading_characters_of_names_are_replaced(name: str, read: str, form: int, tmp_path: Path) -> None:
    """As in zips and folders."""
    assert read_tar(tmp_path, tar_bytes({name: SOURCE}, form)) == [(read, len(SOURCE), SOURCE)]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.CONTTYPE, b"Z"],
)
def test_entry_that_is_no_plain_file_is_passed_over(kind: bytes, tmp_path: Path) -> None:
    """A link could lead to the tests, and a device to anything; a contiguous file is a plain one."""
    odd = member("odd.py", b"", type=kind, linkname="/autograder/source")
    contents = read_whole(tmp_path, raw(odd, member()))
    if kind == tarfile.CONTTYPE:
        assert contents.entries == [("odd.py", 0, b""), ("submitted.py", len(SOURCE), SOURCE)]
        return
    is_link = kind in (tarfile.SYMTYPE, tarfile.LNKTYPE)

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert contents.passed_over == {"odd.py": limits.A_LINK if is_link else limits.NO_FILE}


SPARSE = [
    raw(member(type=tarfile.GNUTYPE_SPARSE)),
    raw(pax(record("GNU.sparse.map", "0,1") + record("GNU.sparse.size", 10**15)), member()),
    raw(pax(record("GNU.sparse.size", 10**15) + record("GNU.sparse.offset", 0)), member()),
    raw(pax(record("GNU.sparse.major", 1) + record("GNU.sparse.minor", 0)), member(content=b"1\n0\n10\n".ljust(512))),
]


@pytest.mark.parametrize("content", SPARSE, ids=["GNU's old form", "0.1", "0.0", "1.0"])
def test_sparse_file_is_passed_over_or_refused(content: bytes, tmp_path: Path) -> None:
    """A sparse file states any size and holds a few bytes."""
    try:
        contents = read_whole(tmp_path, content)
    except RefusedUpload as refused:
        assert "cannot be read" in str(refused) or "large headers" in str(refused)
        return

    assert contents == Contents([], {"submitted.py": limits.NO_FILE})


BROKEN = {
    "nothing": b"",
    "text": b"print('no tar')\n" * 100,
    "cut in a header": raw(member())[:300],
    "cut in a content": raw(member(content=SOURCE * 100))[:900],
    "cut before the end": raw(member(), end=b""),
    "garbage for the second header": raw(member(), end=b"garbage".ljust(1024)),
    "more than there is": raw(member(size=10**9)),
    "an extended header and no entry": raw(pax(record("path", "a.py"))),
    "a size below zero": raw(pax(record("size", -512)), member()),
    "a size that is no number": raw(pax(record("size", "many")), member()),
    "records that overlap": raw(pax(b"2 " * 2000 + b"=\n"), member()),
    "a record of no length": raw(pax(b"0 a=b\n".ljust(600, b"0")), member()),
    "a record longer than the header": raw(pax(b"999999 a=b\n".ljust(600)), member()),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_broken_tar_is_refused_with_what_to_do(content: bytes, packed: bool, tmp_path: Path) -> None:
    """A tar that is cut off is not graded by what is left of it."""
    with pytest.raises(RefusedUpload, match=r"cannot be read.*Pack your files again") as caught:
        read_tar(tmp_path, gzip.compress(content) if packed else content)

    assert "\n" not in str(caught.value)


def test_gzip_that_is_cut_off_or_damaged_is_refused(tmp_path: Path) -> None:
    """Both ends of gzip's frame count."""
    content = gzip.compress(raw(member(content=random.Random(0).randbytes(5000))))
    for broken in (content[: len(content) // 2], content[:2000] + b"\xff" * 50 + content[2050:], content[:12]):
        with pytest.raises(RefusedUpload, match="cannot be read"):
            read_tar(tmp_path, broken)


def peak_of_refusal(folder: Path, content: bytes, told: str) -> int:
    """Check that a tar is refused with these words, and return the highest memory meanwhile, bytes."""
    (folder / "upload.tar").write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(RefusedUpload, match=told):
            read_upload(folder / "upload.tar")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def zeros_gzipped(mib: int, head: bytes) -> bytes:
    """Return so many MiB of zeros behind a head, gzipped piece by piece."""
    packer = zlib.compressobj(9, wbits=31)
    pieces: Iterable[bytes] = (packer.compress(bytes(MIB)) for _ in range(mib))
    return packer.compress(head) + b"".join(pieces) + packer.flush()


def test_gzip_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    """256 MiB of zeros in 256 KiB: neither unpacked in full nor held."""
    head = raw(member("data.bin", b"", size=256 * MIB), end=b"")

    assert peak_of_refusal(tmp_path, zeros_gzipped(256, head), "unpacks to more than .* looks like a bomb") < 2 * MIB


def test_header_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    """An extended header is read in one piece; one of 200 MiB is no name."""
    for kind in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME):
        content = raw(member("x", b"", type=kind, size=200 * MIB), end=bytes(MIB))

        assert peak_of_refusal(tmp_path, content, "unusually large headers") < 2 * MIB


def test_headers_in_headers_are_refused(tmp_path: Path) -> None:
    """Extended headers of extended headers would end in an overflow of the stack."""
    content = raw(*[member("x", b"name\0", type=tarfile.GNUTYPE_LONGNAME)] * 2000, member())

    assert peak_of_refusal(tmp_path, content, "unusually large headers") < 2 * MIB


def test_global_headers_do_not_pile_up(tmp_path: Path) -> None:
    """A library that copies them for each entry grows with the square; one, as `git archive` writes it, is usual."""
    many = [pax(b"".join(record(f"{i}.{j}", "") for j in range(1000)), tarfile.XGLTYPE) for i in range(20)]
    usual = raw(pax(record("comment", "0" * 40), tarfile.XGLTYPE), member())

    assert peak_of_refusal(tmp_path, raw(*many, member()), "unusually large headers") < 4 * MIB
    assert read_tar(tmp_path, usual) == [("submitted.py", len(SOURCE), SOURCE)]


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    """Folders and what is passed over count too: each costs time."""
    with pytest.raises(RefusedUpload, match="more than 10,000 entries"):
        read_tar(tmp_path, raw(*[member("__pycache__/x", b"")] * 10_001))


@pytest.mark.parametrize("again", ["submitted.py", "./submitted.py"])
def test_of_two_entries_with_one_name_the_last_counts(again: str, tmp_path: Path) -> None:
    """`tar -r` appends a second version of a file, and unpacking ends with that."""
    contents = read_whole(tmp_path, raw(member(content=b"old"), member(again)))

    assert contents.entries == [("submitted.py", len(SOURCE), SOURCE)]
    assert list(contents.passed_over) == ["submitted.py"]


def test_file_in_a_file_is_passed_over(tmp_path: Path) -> None:
    """Two spellings are two files; a file and a folder of one name are not."""
    names = ("Submitted.py", "submitted.py", "submitted.py/more.py")
    contents = read_whole(tmp_path, raw(*map(member, names)))

    assert [name for name, _, _ in contents.entries] == ["Submitted.py", "submitted.py"]
    assert list(contents.passed_over) == ["submitted.py/more.py"]


def test_folders_and_rubbish_are_passed_over(tmp_path: Path) -> None:
    """`tar czf x.tgz .` writes "./" before everything, and macOS a "._" file beside each."""
    folder = member("./", b"", type=tarfile.DIRTYPE)
    content = raw(folder, member("./submitted.py"), member("./._submitted.py"), member("./.git/config"))

    assert read_tar(tmp_path, content) == [("submitted.py", len(SOURCE), SOURCE)]


def test_large_files_are_named_and_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint beside the source does not stand in its way."""
    monkeypatch.setattr(limits, "MAX_READ_MIB", 1)
    noise = random.Random(0).randbytes(2 * MIB)
    entries = read_tar(tmp_path, gzip.compress(raw(member("model.pt", noise), member())))

    assert entries == [("model.pt", 2 * MIB, None), ("submitted.py", len(SOURCE), SOURCE)]


def test_tar_of_more_than_is_ever_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain tar is bounded too."""
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MIB", 1)
    with pytest.raises(RefusedUpload, match=r"more than 1 MiB\. Upload your source only"):
        read_tar(tmp_path, raw(member("model.pt", bytes(2 * MIB))))


def test_name_that_is_no_text_can_still_be_handled(tmp_path: Path) -> None:
    """Old tars hold names in any encoding; what is shown and hashed is text."""
    content = bytearray(raw(member("xx.py")))
    entry = tarfile.TarInfo("xx.py")
    entry.size = len(SOURCE)
    content[:512] = entry.tobuf().replace(b"xx.py", b"\xff\xfe.py")
    content[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(content[:512]))[0]
    ((name, _, found),) = read_tar(tmp_path, bytes(content))

    assert name.encode().decode() == name
    assert found == SOURCE


def test_right_pax_records_pass_and_odd_ones_do_not() -> None:
    """Tars that tarfile would search at length are refused here."""
    tars._check_pax(record("path", "a=b.py") + record("mtime", 1.5) + bytes(100))

    for wrong in (b"5 a\n", b"6 a=bc", b"a=b\n", b"-5 a=b\n", b"\xb2 a=b\n", b"9999999999 a=b\n"):
        with pytest.raises(tarfile.ReadError, match="malformed pax"):
            tars._check_pax(wrong)


def test_folder_of_packages_is_passed_over_behind_a_dot(tmp_path: Path) -> None:
    """`tar c .` writes "./" before every name."""
    names = ["./submitted.py", "./venv/pyvenv.cfg", *(f"./venv/lib/p{number}.py" for number in range(60))]
    contents = read_whole(tmp_path, tar_bytes(dict.fromkeys(names, SOURCE), tarfile.GNU_FORMAT))

    assert [name for name, _, _ in contents.entries] == ["submitted.py"]
    assert list(contents.passed_over) == ["venv/"]
