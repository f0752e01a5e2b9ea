"""Archives: valid ones with changes, checksums mended where a reader would stop at once."""

import gzip
import io
import tarfile
import unicodedata
import zipfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from autograder.intake.limits import MAX_READ_MIB, MIB, TURNING, UNUSABLE
from autograder.intake.submission import take_submission
from autograder.model.submission import Submission
from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.sums import with_right_sums
from tests.fuzz.target import Target
from tests.helpers import SOURCE, an_assignment, tar_bytes, zip_bytes

FILES = {"submitted.py": SOURCE * 9, "net/layers.py": b"x = 1\n", "größe.txt": b"y" * 700,
         "hw/a/b/c.py": b"", "z.npy": bytes(9000)}  # fmt: skip
ASSIGNMENT = an_assignment()
LONGEST_PROBLEM = 1500  # eight listed names of 255 bytes, and a sentence


def _with_headers() -> bytes:
    """Return a tar with a global header, a sparse file, a link, a folder and a name of its own header."""
    stream = io.BytesIO()
    with tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "0" * 40}) as tar:
        for name, fields in (
            ("sub/", {"type": tarfile.DIRTYPE}),
            ("link.py", {"type": tarfile.SYMTYPE, "linkname": "../elsewhere"}),
            ("x" * 150 + ".py", {"pax_headers": {"GNU.sparse.map": "0,1", "mtime": "1.5"}}),
            ("submitted.py", {"size": len(SOURCE), "pax_headers": {"path": "submitted.py", "size": str(len(SOURCE))}}),
        ):
            entry = tarfile.TarInfo(name)
            for key, value in fields.items():
                setattr(entry, key, value)
            tar.addfile(entry, io.BytesIO(SOURCE))
    return stream.getvalue()


ZIPS = (zip_bytes(FILES), zip_bytes(FILES, zipfile.ZIP_STORED), zip_bytes({}), zip_bytes({"submitted.py": SOURCE}))
TARS = (
    *(tar_bytes(FILES, form).rstrip(b"\0") + bytes(1024) for form in range(3)),
    tar_bytes({"n" * 120 + "/submitted.py": SOURCE}, tarfile.GNU_FORMAT)[:4096],
    _with_headers(),
)


def check(content: bytes, name: str, folder: Path) -> None:
    """An archive becomes a submission or one printable sentence."""
    path = folder / name
    path.write_bytes(content)
    assert_taken(take_submission(path, ASSIGNMENT))


def assert_taken(taken: Submission) -> None:
    """Check that a submission can be staged, or says in a printable sentence why not."""
    for text in (taken.problem, *taken.remarks):
        assert not {c for c in text if unicodedata.category(c) in UNUSABLE or unicodedata.bidirectional(c) in TURNING}
        assert len(text) < LONGEST_PROBLEM + 8 * 2048
    assert bool(taken.problem) or "submitted.py" in taken.files
    for name in taken.files:
        parts = name.split("/")
        assert all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
    assert sum(map(len, taken.files.values())) <= MAX_READ_MIB * MIB
    assert len(taken.digest) == 64


def check_zip(case: tuple[bytes, list[Edit]], folder: Path) -> None:
    """A changed zip is taken or refused."""
    check(edited(*case), "upload.zip", folder)


def check_tar(case: tuple[bytes, list[Edit], bool], folder: Path) -> None:
    """A changed tar is taken or refused, gzipped or not."""
    content = with_right_sums(edited(case[0], case[1]))
    check(gzip.compress(content, 1) if case[2] else content, "upload.tar", folder)


@cache
def _gzips() -> tuple[bytes, ...]:
    return tuple(gzip.compress(content) for content in TARS)


def check_gzip(case: tuple[int, list[Edit]], folder: Path) -> None:
    """A changed gzip stream is taken or refused."""
    check(edited(_gzips()[case[0]], case[1]), "upload.tgz", folder)


few_edits = st.lists(edits, max_size=4)
octal = st.tuples(st.sampled_from(range(len(TARS))), st.integers(0, 20), st.sampled_from([100, 124, 156, 157, 345]))


def check_fields(case: tuple[tuple[int, int, int], bytes, list[Edit]], folder: Path) -> None:
    """A tar with a lie in one field of one header is taken or refused."""
    (which, block, field), lie, more = case
    content = TARS[which]
    at = (block * 512 + field) % len(content)
    changed = content[:at] + lie + content[at + len(lie) :]
    check(with_right_sums(edited(changed, more)), "upload.tar", folder)


lies = st.sampled_from(
    [b"77777777777\0", b"\x80" + b"\xff" * 11, b"\xff" * 12, b"\x80" + bytes(10) + b"\x01", b"99999999999 ",
     b"-000001\0", b"x", b"g", b"L", b"K", b"S", b"1", b"2", b"6", b"X", b"\xff", b"GNU.sparse.major=1"]
)  # fmt: skip

TARGETS = (
    Target("archives: random bytes", st.tuples(st.binary(max_size=300), st.just([])), check_zip, 0.5),
    Target("archives: changed zips", st.tuples(st.sampled_from(ZIPS), few_edits), check_zip, 2.0),
    Target("archives: changed tars", st.tuples(st.sampled_from(TARS), few_edits, st.booleans()), check_tar, 2.0),
    Target("archives: lying tars", st.tuples(octal, lies, st.lists(edits, max_size=1)), check_fields),
    Target("archives: changed gzips", st.tuples(st.sampled_from(range(len(TARS))), few_edits), check_gzip),
)
