"""BLOCKED: a zip whose folders nest a thousand deep."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("a/" * 1000 + "deep.py", "x = 1\n")
    return folder / "upload.zip"
