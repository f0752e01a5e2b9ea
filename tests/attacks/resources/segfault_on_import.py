"""FAILED (crashed): ends in a bus error while it is imported, and would leave a core file of its memory."""

import os
import resource
import signal

from attempts import say
from honest import *

try:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    say("BREACH: core files are allowed")
except (OSError, ValueError):
    pass
os.kill(os.getpid(), signal.SIGBUS)
