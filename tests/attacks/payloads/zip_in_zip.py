"""BLOCKED: a zip in a zip in a zip, as deep as somebody would unpack them."""

import io
import zipfile


def upload(folder):
    content = b"from honest import *\n"
    name = "submitted.py"
    for level in range(5):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, content)
        content, name = stream.getvalue(), f"level-{level}.zip"
    (folder / "upload.zip").write_bytes(content)
    return folder / "upload.zip"
