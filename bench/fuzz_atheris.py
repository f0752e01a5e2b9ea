"""Coverage-guided fuzzing of the wire and of archives, where atheris is installed.

    python -m venv /tmp/atheris && /tmp/atheris/bin/pip install atheris numpy
    /tmp/atheris/bin/python bench/fuzz_atheris.py wire|zip|tar [-runs=N | -max_total_time=SECONDS]

libFuzzer grows the inputs that reach new branches of our code and of zipfile and tarfile. Any exception but
RefusedUpload and TamperedFrame stops the run, and its input is saved as `crash-*` in the working directory.
"""

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
with atheris.instrument_imports():
    import tarfile
    import zipfile

    from autograder.intake.limits import RefusedUpload
    from autograder.intake.upload import read_upload
    from autograder.wire import frames

assert tarfile, zipfile
NONCE = bytes(frames.NONCE_BYTES)
FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm"))


def feed_wire(data: bytes) -> None:
    """Put the bytes behind a right prefix: checking the bytes before it is a comparison and needs no search."""
    split = data[0] if data else 0
    header, body = data[1 : 1 + split], data[1 + split :]
    sent = frames.PREFIX.pack(frames.MAGIC, NONCE, len(header), len(body)) + header + body
    with contextlib.suppress(frames.TamperedFrame):
        frames.encode(frames.decode(sent))


def feed_zip(data: bytes) -> None:
    """Read the bytes as a zip."""
    _feed_archive("upload.zip", data)


def feed_tar(data: bytes) -> None:
    """Read the bytes as a tar, its checksums mended."""
    from tests.fuzz.sums import with_right_sums

    _feed_archive("upload.tar", with_right_sums(data))


def _feed_archive(name: str, data: bytes) -> None:
    path = FOLDER / name
    path.write_bytes(data)
    try:
        entries = read_upload(path).entries
    except RefusedUpload as refused:
        assert str(refused).isprintable()
        return
    assert all(not name.startswith("/") and ".." not in name.split("/") for name, _, _ in entries)
    assert all(content is None or len(content) <= size for _, size, content in entries)


if __name__ == "__main__":
    target = {"wire": feed_wire, "zip": feed_zip, "tar": feed_tar}[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
