"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): a zip of half a megabyte that unpacks to half a gigabyte."""

import zipfile


def upload(folder):
    with zipfile.ZipFile(folder / "upload.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        with archive.open("zeros.txt", "w") as member:
            for _ in range(512):
                member.write(bytes(1 << 20))
    return folder / "upload.zip"
