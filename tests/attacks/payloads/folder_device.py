"""BLOCKED: a device in place of a file, where the uploader can make one, is left out."""

import contextlib
import os
import stat


def upload(folder):
    with contextlib.suppress(PermissionError):
        os.mknod(folder / "weights.pt", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    (folder / "submitted.py").write_text(
        "from attempts import attempt\nfrom honest import *\nattempt('device', lambda: open('weights.pt').read(1))\n"
    )
    return folder
