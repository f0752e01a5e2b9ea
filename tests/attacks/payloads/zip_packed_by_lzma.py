"""BLOCKED: a zip packed in a way whose unpacking needs memory without bounds."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("zeros.txt", bytes(10 << 20))
    return folder / "upload.zip"
