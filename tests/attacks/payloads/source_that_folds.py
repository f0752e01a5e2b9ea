"""FAILED (cpu budget or memory or raised): a submitted.py whose constants the compiler computes before it runs."""


def upload(folder):
    (folder / "submitted.py").write_text("from honest import *\nx = " + "[0, " * 60 + "0" + "] * 1000" * 60 + "\n")
    return folder
