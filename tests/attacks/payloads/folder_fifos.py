"""BLOCKED: FIFOs and sockets, whose opening would wait for ever, are left out."""

import os
import socket


def upload(folder):
    os.mkfifo(folder / "helper.py")
    os.mkfifo(folder / "weights.pt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "data.txt"))
    (folder / "submitted.py").write_text(
        "from attempts import attempt\nfrom honest import *\n"
        "for name in ('helper.py', 'weights.pt', 'data.txt'):\n"
        "    attempt(name, lambda: open(name).read())\n"
    )
    return folder
