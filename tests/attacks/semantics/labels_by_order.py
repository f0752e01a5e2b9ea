"""FAILED (failed; loses 4.1): knows the held-out labels by heart, in the order of the file."""


def upload(folder):
    import json
    import shutil

    heldout = json.loads((folder / "targets.json").read_text())["hidden"][0]
    shutil.copy(heldout, folder / "leaked.txt")
    (folder / "submitted.py").write_text(
        "from honest import *\n\n\ndef predict(model, x):\n    return load_points('leaked.txt')[1]\n"
    )
    return folder
