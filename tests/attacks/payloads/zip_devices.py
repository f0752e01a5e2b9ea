"""BLOCKED: a zip with entries that are a FIFO and a device."""

import stat
import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        for name, kind in (("pipe.txt", stat.S_IFIFO), ("disk.txt", stat.S_IFBLK), ("terminal.txt", stat.S_IFCHR)):
            member = zipfile.ZipInfo(name)
            member.external_attr = (kind | 0o666) << 16
            archive.writestr(member, "")
    return folder / "upload.zip"
