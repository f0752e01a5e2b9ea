"""BLOCKED: a zip with a name that is longer than file systems take."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("n" * 5000 + ".py", "x = 1\n")
    return folder / "upload.zip"
