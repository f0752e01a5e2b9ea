"""BLOCKED: a zip whose entries all point at the same bytes, so that it seems to hold far more than it does."""

import zipfile


def upload(folder):
    path = folder / "upload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("submitted.py", "from honest import *\n")
        archive.writestr("kernel.txt", bytes(1 << 20))
        kernel = archive.getinfo("kernel.txt")
        for number in range(300):
            copy = zipfile.ZipInfo(f"copy-{number}.txt")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(copy, name, getattr(kernel, name))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
    return path
