"""BLOCKED: a zip that says its entries are encrypted."""

import zipfile


def upload(folder):
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("submitted.py", "from honest import *\n")
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    return path
