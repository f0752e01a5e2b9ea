"""BLOCKED: a zip that holds submitted.py twice; every reader takes the last one, so all grade the same file."""

import warnings
import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "print('BREACH: the first was taken')\n")
        archive.writestr("submitted.py", "from honest import *\n")
    return folder / "upload.zip"
