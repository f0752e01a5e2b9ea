"""FAILED (raised): a submitted.py that does not parse, whose offending line is full of escape sequences."""


def upload(folder):
    (folder / "submitted.py").write_text("from honest import *\nx = (\x1b[32m 10 / 10 \u202e evil\n")
    return folder
