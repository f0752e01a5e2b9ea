"""BLOCKED: looks into the zygote, its own parent, which holds the socket to the grader."""

import os

from attempts import TARGETS, attempt
from honest import *

for process in (f"/proc/{TARGETS['zygote_pid']}", "/proc/1"):
    for name in ("environ", "mem", "maps", "map_files"):
        attempt(f"{process}/{name}", lambda: open(f"{process}/{name}", "rb").read(1))
    for name in ("cwd", "root", "exe", "fd/0", "fd/3"):
        attempt(f"{process}/{name}", lambda: os.readlink(f"{process}/{name}"))
