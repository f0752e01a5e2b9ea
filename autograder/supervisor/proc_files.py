"""Reads files of `/proc`, which hold the names that processes give themselves."""

from pathlib import Path


def in_proc(path: str) -> str:
    """Return the text of a file; each byte is a character, since a name may be any bytes.

    Raises:
        OSError: the process has ended.
    """
    return Path(path).read_bytes().decode("latin-1")
