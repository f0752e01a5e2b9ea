"""BLOCKED: kills the grader, the zygote, the process beside the grader, and init."""

import os
import signal

from attempts import TARGETS, attempt
from honest import *

for name in ("grader_pid", "victim_pid", "zygote_pid"):
    for number in (0, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        attempt(f"signal {number} to {name}", lambda: os.kill(TARGETS[name], number))
attempt("signal to the grader's group", lambda: os.killpg(TARGETS["grader_pid"], signal.SIGTERM))
attempt("signal by a descriptor", lambda: signal.pidfd_send_signal(os.pidfd_open(TARGETS["victim_pid"]), 9))
