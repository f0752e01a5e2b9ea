"""INERT: a zip with two names that some file systems take for one, by their Unicode form."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("caf\u00e9.py", "x = 1\n")
        archive.writestr("cafe\u0301.py", "x = 2\n")
    return folder / "upload.zip"
