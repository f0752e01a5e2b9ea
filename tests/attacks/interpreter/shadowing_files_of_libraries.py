"""FAILED (raised; loses 1.1, 2.1, 3.1, 3.2, 4.1): puts files in the way of its own imports, as at home; libraries and the harness keep theirs."""

SHADOW = """
import os, sys

frame = sys._getframe(1)
while frame and (frame.f_code.co_filename.startswith("<frozen") or "own_modules" in frame.f_code.co_filename):
    frame = frame.f_back
if not frame or not frame.f_code.co_filename.startswith(os.getcwd()):
    os.write(1, b"BREACH: a file shadows a module of a library or of the harness\\n")
"""


def upload(folder):
    for name in ("torch", "pathlib", "contextlib", "inspect"):
        (folder / f"{name}.py").write_text(SHADOW)
    (folder / "submitted.py").write_text("import contextlib, inspect\nfrom honest import *\n")
    return folder
