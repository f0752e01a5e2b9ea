"""BLOCKED: opens the results to everybody by their mode, and gives them away.
Except in ordinary user and no namespaces: POSSIBLE: Landlock leaves modes and times alone.
"""

import os

from attempts import TARGETS, attempt
from honest import *

attempt("chown", lambda: os.chown(TARGETS["results"], 12345, 12345))
attempt("extended attribute", lambda: os.setxattr(TARGETS["results"], "user.score", b"100"))
attempt("chmod", lambda: os.chmod(TARGETS["results"], 0o777))
attempt("utime", lambda: os.utime(TARGETS["results"]))
