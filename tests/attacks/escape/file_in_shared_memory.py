"""BLOCKED: changes a file of somebody else in /dev/shm, which is open to all.
Except in no namespaces: POSSIBLE: /dev/shm has to be writable for data loaders, and modes let everybody change this file.
"""

from attempts import TARGETS, attempt
from honest import *

attempt("write", lambda: open(TARGETS["shared_memory"], "r+").write("x"))
