"""BLOCKED: a zip in which one name is a file and a folder."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("submitted.py/inner.py", "x = 1\n")
    return folder / "upload.zip"
