"""BLOCKED: takes back the rights that it has given up, and gives them to a program."""

import os
import shutil
import stat

from attempts import attempt
from honest import *

for name in ("setuid", "seteuid", "setgid", "setegid"):
    attempt(name, lambda: getattr(os, name)(0))
attempt("setresuid", lambda: os.setresuid(0, 0, 0))
attempt("setgroups", lambda: os.setgroups([0]))
shutil.copy("/bin/sh", "shell")
attempt("chown", lambda: os.chown("shell", 0, 0))
attempt(
    "capabilities of a file", lambda: os.setxattr("shell", "security.capability", b"\x01\x00\x00\x02" + b"\xff" * 16)
)
attempt("device", lambda: os.mknod("disk", 0o666 | stat.S_IFBLK, os.makedev(8, 0)))
