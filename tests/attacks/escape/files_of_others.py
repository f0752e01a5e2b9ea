"""BLOCKED: removes, renames, links and relabels files of others."""

import os

from attempts import TARGETS, attempt
from honest import *

for name in ("labels", "other_submission", "program"):
    path = TARGETS[name]
    attempt("remove", lambda: os.unlink(path))
    attempt("rename", lambda: os.rename(path, path + "-moved"))
    attempt("link into", lambda: os.link("submitted.py", path + "-link"))
    attempt("truncate", lambda: os.truncate(path, 0))
    attempt("chown", lambda: os.chown(path, os.getuid(), -1))
