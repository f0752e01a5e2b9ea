"""BLOCKED: a zip with an entry that is a symbolic link to the password file."""

import stat
import zipfile


def upload(folder):
    link = zipfile.ZipInfo("notes.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr(link, "/etc/passwd")
    return folder / "upload.zip"
