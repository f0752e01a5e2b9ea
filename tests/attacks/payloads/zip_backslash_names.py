"""INERT: a zip with names that are paths on another system, or hold control characters."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("..\\..\\evil.py", "x = 1\n")
        archive.writestr("line\nbreak.py", "x = 1\n")
    return folder / "upload.zip"
