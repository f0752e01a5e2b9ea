"""BLOCKED: makes siblings and waits as vfork does."""

from attempts import attempt, system_call
from honest import *

attempt("CLONE_PARENT", lambda: system_call("clone", 0x8000 | 0x4000 | 0x100, 0, 0, 0, 0))
attempt("clone3", lambda: system_call("clone3", 0, 0))
