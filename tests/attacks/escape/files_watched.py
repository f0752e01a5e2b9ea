"""BLOCKED: has the kernel tell it who opens shared files, such as those of another upload that is graded beside it."""

import fcntl
import os

from attempts import attempt, system_call
from honest import *

attempt("inotify", lambda: system_call("inotify_init1", 0))
attempt("fanotify", lambda: system_call("fanotify_init", 0, 0))
attempt("a watch", lambda: system_call("inotify_add_watch", 0, b"/usr/lib", 0x20))
attempt("dnotify", lambda: fcntl.fcntl(os.open("/usr/lib", os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_ACCESS))
attempt("a lease", lambda: fcntl.fcntl(os.open("submitted.py", os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK))
