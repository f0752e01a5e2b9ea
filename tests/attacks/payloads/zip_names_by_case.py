"""INERT: a zip with two names that some file systems take for one, by their case."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("Submitted.PY", "print('BREACH: the other file was taken')\n")
    return folder / "upload.zip"
