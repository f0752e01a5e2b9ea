"""BLOCKED: half of a zip."""

import zipfile


def upload(folder):
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n" * 100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path
