"""FAILED (raised or crashed or memory): a submitted.py whose brackets nest deeper than a parser's stack."""


def upload(folder):
    (folder / "submitted.py").write_text("from honest import *\nx = " + "(" * 100_000 + ")" * 100_000 + "\n")
    return folder
