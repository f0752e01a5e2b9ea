"""BLOCKED: leaves files in folders that are open to all, and in the machine's own.
Except in no Landlock and no namespaces and root: POSSIBLE: modes alone leave such folders open.
"""

import os
import tempfile

from attempts import TARGETS, attempt
from honest import *

for folder in [*TARGETS["open_folders"], "/dev", "/run", "/", "/home", "/usr/lib", "/etc", "/var/spool/cron"]:
    attempt(folder, lambda: open(f"{folder}/left-by-submission", "w").write("x"))
    attempt(f"folder in {folder}", lambda: os.mkdir(f"{folder}/left-by-submission-too"))
attempt("tempfile", lambda: tempfile.mkstemp(dir="/tmp"))
attempt("file open to all", lambda: open(TARGETS["open_file"], "a").write("x"))
