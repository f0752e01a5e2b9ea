"""BLOCKED: tries to shed what confines it: the filter, the rules for files, the promise of no new rights."""

import ctypes

from attempts import attempt
from honest import *

libc = ctypes.CDLL(None, use_errno=True)


def prctl(option, *arguments):
    if libc.prctl(option, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "prctl")


attempt("no_new_privs", lambda: prctl(38, 0, 0, 0, 0))
attempt("seccomp off", lambda: prctl(22, 0, 0, 0, 0))
attempt("ambient capability", lambda: prctl(47, 2, 21, 0, 0))
