"""BLOCKED: a zip of half a megabyte that unpacks to half a gigabyte."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        with archive.open("zeros.txt", "w") as member:
            for _ in range(512):
                member.write(bytes(1 << 20))
    return folder / "upload.zip"
