"""BLOCKED: a zip with more than ten thousand entries."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        for number in range(10_001):
            archive.writestr(f"{number}.txt", "")
    return folder / "upload.zip"
