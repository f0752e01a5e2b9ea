"""BLOCKED: reaches for the hidden files through symbolic links, hard links, renames and /proc/self."""

import os

from attempts import TARGETS, attempt
from honest import *

for number, path in enumerate([TARGETS["hidden"][0], TARGETS["labels"]]):
    os.symlink(path, f"link-{number}")
    attempt("symbolic link", lambda: open(f"link-{number}").read())
    attempt("hard link", lambda: os.link(path, f"hard-{number}"))
    attempt("rename", lambda: os.rename(path, f"moved-{number}"))
    attempt("/proc/self/root", lambda: open("/proc/self/root" + path).read())
    attempt("dots", lambda: open(os.path.relpath(path)).read())
    os.symlink(os.path.dirname(path), f"folder-{number}")
    attempt("folder by a link", lambda: open(f"folder-{number}/{os.path.basename(path)}").read())
