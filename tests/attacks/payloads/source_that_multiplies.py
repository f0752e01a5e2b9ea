"""FAILED (memory): a submitted.py of one short line that asks for a terabyte."""


def upload(folder):
    (folder / "submitted.py").write_text("from honest import *\nx = [0] * 1000 * 1000 * 1000 * 1000\n")
    return folder
