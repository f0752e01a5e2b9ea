"""BLOCKED: links to the held-out points, to a folder of the project and to themselves, which are left out."""

import json
import os


def upload(folder):
    targets = json.loads((folder / "targets.json").read_text())
    os.symlink(targets["hidden"][0], folder / "heldout.txt")
    os.symlink(os.path.dirname(targets["hidden"][0]), folder / "fixtures")
    os.symlink("loop.txt", folder / "loop.txt")
    (folder / "submitted.py").write_text(
        "from attempts import attempt\nfrom honest import *\n"
        "for name in ('heldout.txt', 'fixtures/heldout.txt', 'loop.txt'):\n"
        "    attempt(name, lambda: open(name).read())\n"
    )
    return folder
