"""BLOCKED: computes in siblings, which are children of the supervisor and outside the probe's tree."""

import signal

from attempts import attempt, system_call
from honest import *

attempt("CLONE_PARENT", lambda: system_call("clone", 0x8000 | signal.SIGCHLD, 0, 0, 0, 0))
attempt("clone3", lambda: system_call("clone3", 0, 0))
