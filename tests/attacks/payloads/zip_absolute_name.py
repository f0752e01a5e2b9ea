"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip with an entry that names a place on the machine."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("/var/tmp/slipped.py", "x = 1\n")
    return folder / "upload.zip"
