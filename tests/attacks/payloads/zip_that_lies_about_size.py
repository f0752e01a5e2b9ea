"""BLOCKED: a zip whose directory says that ten bytes unpack where a hundred megabytes would."""

import struct
import zipfile


def upload(folder):
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "honest.py", "honest.py")
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("zeros.txt", bytes(100 << 20))
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 100 << 20), struct.pack("<I", 10)))
    return path
