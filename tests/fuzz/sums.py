"""Mends the checksums of a changed tar, at which every reader would stop."""

import tarfile


def with_right_sums(content: bytes) -> bytes:
    """Return a tar whose blocks that look like headers carry the checksum of what they say now."""
    mended = bytearray(content)
    for at in range(0, len(content) - 511, 512):
        block = bytes(mended[at : at + 512])
        if block[257:262] == b"ustar":
            mended[at + 148 : at + 156] = b"%06o\0 " % tarfile.calc_chksums(block)[0]
    return bytes(mended)
