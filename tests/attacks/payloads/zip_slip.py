"""BLOCKED: a zip whose entries climb out of the folder that it is unpacked in."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("../../../../var/tmp/slipped.py", "x = 1\n")
    return folder / "upload.zip"
