"""BLOCKED: opens a hidden file by its handle instead of its path, and by a descriptor of another process."""

import ctypes

from attempts import TARGETS, attempt, system_call
from honest import *

attempt("open_by_handle_at", lambda: system_call("open_by_handle_at", -100, ctypes.create_string_buffer(64), 0))
for process in ("grader_pid", "zygote_pid"):
    attempt(
        f"pidfd_getfd of {process}",
        lambda: system_call("pidfd_getfd", system_call("pidfd_open", TARGETS[process], 0), 3, 0),
    )
