"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip whose entries climb out of the folder that it is unpacked in."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("../../../../var/tmp/slipped.py", "x = 1\n")
    return folder / "upload.zip"
