"""BLOCKED: mounts, moves its root and changes it."""

import os

from attempts import attempt, system_call
from honest import *

attempt("mount", lambda: system_call("mount", b"none", b"/tmp", b"tmpfs", 0, 0))
attempt("bind", lambda: system_call("mount", b"/", os.getcwd().encode(), 0, 4096, 0))
attempt("umount", lambda: system_call("umount2", b"/proc", 2))
attempt("pivot_root", lambda: system_call("pivot_root", b".", b"."))
attempt("chroot", lambda: os.chroot("."))
attempt("open_tree", lambda: system_call("open_tree", -100, b"/", 1))
attempt("fsopen", lambda: system_call("fsopen", b"tmpfs", 0))
attempt("move_mount", lambda: system_call("move_mount", -100, b"/", -100, b"/tmp", 0))
