"""BLOCKED: dot files, and what is of no accepted kind, are left out."""


def upload(folder):
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("[core]\n\tfsmonitor = touch /var/tmp/owned\n")
    for name in (".bashrc", ".pth", "evil.pth", "run.sh", "extension.so"):
        (folder / name).write_text("import os\n")
    return folder
