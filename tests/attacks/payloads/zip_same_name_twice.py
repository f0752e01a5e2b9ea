"""BLOCKED: a zip that holds submitted.py twice, so that two readers would grade different files."""

import warnings
import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("submitted.py", "print('BREACH: the second was taken')\n")
    return folder / "upload.zip"
