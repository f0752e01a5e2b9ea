"""Reads single entries of zips: the intended name, and why an entry is not unpacked.

Uploads (`zips.py`) and exports of whole classes forgive the same oddities, by this module.
"""

import stat
import zipfile

from autograder.intake import limits
from autograder.intake.limits import MIB

UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 1
MADE_ON_WINDOWS = 0
PLAIN = (0, stat.S_IFREG, stat.S_IFDIR)  # zips that are made on Windows state no kind
UNPACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks other methods without bounds
OTHERS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd"}


def intended_name(member: zipfile.ZipInfo) -> str:
    """Return the intended name, with "/" at the end of a folder's.

    Many programs write UTF-8 without saying so, and zipfile reads that as cp437. Old versions of PowerShell write
    backslashes. Characters that could mislead are replaced.
    """
    name = member.filename
    if not member.flag_bits & UTF8_FLAG:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    if member.create_system == MADE_ON_WINDOWS:
        name = name.replace("\\", "/")
    if stat.S_ISDIR(member.external_attr >> 16) and not name.endswith("/"):
        name += "/"
    return limits.harmless_name(name)


def refusal(member: zipfile.ZipInfo) -> str:
    """Return why an entry's content is not unpacked, as a clause; empty if it is."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return limits.A_LINK
    if kind not in PLAIN:
        return limits.NO_FILE
    if member.flag_bits & ENCRYPTED_FLAG:
        return "is encrypted with a password"
    if member.compress_type not in UNPACKED:
        other = OTHERS.get(member.compress_type, "an unusual method")
        return f"is packed with {other}, and the grader unpacks Deflate only"
    if member.file_size > limits.MAX_RATIO * max(1, member.compress_size) and member.file_size > MIB:
        return f"would unpack to {member.file_size / MIB:,.0f} MiB, which looks like a bomb"
    return ""
