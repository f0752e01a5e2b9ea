"""INERT: uploads files by the names of modules that the harness and its libraries use, and that the solution does not."""

NAMES = (
    "numpy", "json", "os", "io", "pickle", "unittest", "autograder", "probes", "traceback", "linecache", "random",
    "tempfile", "importlib", "dataclasses", "struct", "math", "codecs", "encodings", "socket",
)  # fmt: skip


def upload(folder):
    for name in NAMES:
        (folder / f"{name}.py").write_text("import os\nos.write(1, b'BREACH: a file shadows a module\\n')\n")
    return folder
