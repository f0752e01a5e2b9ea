"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip with two names that some file systems take for one, by their Unicode form."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("caf\u00e9.py", "x = 1\n")
        archive.writestr("cafe\u0301.py", "x = 2\n")
    return folder / "upload.zip"
