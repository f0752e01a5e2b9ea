"""BLOCKED: makes siblings whose end nobody is told."""

from attempts import attempt, system_call
from honest import *

attempt("CLONE_PARENT", lambda: system_call("clone", 0x8000, 0, 0, 0, 0))
attempt("clone3", lambda: system_call("clone3", 0, 0))
