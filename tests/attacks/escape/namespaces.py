"""BLOCKED: makes namespaces, in which it would be root, by every call that makes them."""

import os
import subprocess

from attempts import attempt, system_call
from honest import *

KINDS = {"user": 0x10000000, "mount": 0x20000, "process": 0x20000000, "network": 0x40000000, "time": 0x80}

for name, flag in KINDS.items():
    attempt(f"unshare {name}", lambda: system_call("unshare", flag))
    attempt(f"clone {name}", lambda: system_call("clone", flag | 17, 0, 0, 0, 0) or os._exit(0))
attempt("clone3", lambda: system_call("clone3", 0, 0))
attempt("setns", lambda: system_call("setns", os.open("/proc/self/ns/user", os.O_RDONLY), 0))
attempt(
    "the program unshare",
    lambda: subprocess.check_output(["unshare", "-r", "id"], stderr=subprocess.DEVNULL),
    (OSError, subprocess.CalledProcessError),
)
