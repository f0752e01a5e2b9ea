"""Names the kind of archive or page that a file is by its first bytes, whatever its ending says."""

ZIP, TAR, PAGE = ".zip", ".tar", "a web page"
STARTS = {
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,  # without entries
    b"\x1f\x8b": TAR,  # gzip, which is always around a tar in uploads
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"%PDF": "a PDF",
}
PAGES = (b"<!doctype html", b"<html")
MAGIC_OF_TAR, MAGIC_AT = b"ustar", 257
LENGTH = 512  # bytes that tell the kind


def kind_of(head: bytes) -> str:
    """Return the kind of a file: `ZIP` or `TAR` where it can be read, words for another kind, or nothing.

    Args:
        head: its first bytes, `LENGTH` of them if there are as many.
    """
    if head[MAGIC_AT:].startswith(MAGIC_OF_TAR):
        return TAR
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGES):
        return PAGE
    return next((kind for start, kind in STARTS.items() if head.startswith(start)), "")


def in_words(head: bytes) -> str:
    """Return the kind of archive or page as words with an article; empty if it is none."""
    return {ZIP: "a zip", TAR: "a tar"}.get(kind := kind_of(head), kind)
