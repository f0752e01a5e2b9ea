"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip whose folders nest a thousand deep."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("a/" * 1000 + "deep.py", "x = 1\n")
    return folder / "upload.zip"
