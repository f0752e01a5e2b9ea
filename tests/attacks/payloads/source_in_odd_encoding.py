"""FAILED (raised): a submitted.py that names a codec of its own to read it by."""


def upload(folder):
    (folder / "submitted.py").write_text("# coding: evil\nfrom honest import *\n")
    (folder / "encodings.py").write_text("print('BREACH: a codec of its own')\n")
    return folder
