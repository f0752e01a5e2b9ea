"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip with two names that some file systems take for one, by their case."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("Submitted.PY", "print('BREACH: the other file was taken')\n")
    return folder / "upload.zip"
