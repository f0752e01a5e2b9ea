"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip with names that are paths on another system, or hold control characters."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("..\\..\\evil.py", "x = 1\n")
        archive.writestr("line\nbreak.py", "x = 1\n")
    return folder / "upload.zip"
