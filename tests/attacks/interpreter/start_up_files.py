"""INERT: uploads files that interpreters and test runners read when they start."""

NAMES = ("sitecustomize", "usercustomize", "conftest", "__init__", "__main__", "setup", "pytest", "test_submitted")


def upload(folder):
    for name in NAMES:
        (folder / f"{name}.py").write_text("import os\nos.write(1, b'BREACH: it is read at the start\\n')\n")
    (folder / "submitted").mkdir()
    (folder / "submitted" / "helper.py").write_text("x = 1\n")
    (folder / "pyvenv.txt").write_text("home = /tmp\n")
    return folder
