"""BLOCKED: looks into the grader through /proc: environment, memory, descriptors, folders."""

import os

from attempts import TARGETS, attempt
from honest import *

PROCESS = f"/proc/{TARGETS['grader_pid']}"

for name in ("environ", "mem", "maps", "smaps", "auxv", "stack", "syscall", "personality"):
    attempt(name, lambda: open(f"{PROCESS}/{name}", "rb").read(1))
for name in ("cwd", "root", "exe", "fd/0", "fd/3", "ns/mnt"):
    attempt(name, lambda: os.readlink(f"{PROCESS}/{name}"))
attempt("files below the grader's root", lambda: open(f"{PROCESS}/root{TARGETS['labels']}").read())
attempt("files below the grader's folder", lambda: os.listdir(f"{PROCESS}/cwd"))
attempt("the grader's socket", lambda: open(f"{PROCESS}/fd/3", "rb").read(1))
