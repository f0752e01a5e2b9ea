"""INERT: uploads a package `submitted/` beside submitted.py, which Python prefers; it is as honest as the file."""


def upload(folder):
    (folder / "submitted").mkdir()
    (folder / "submitted" / "__init__.py").write_text("from honest import *\n")
    return folder
