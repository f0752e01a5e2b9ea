"""BLOCKED: raises its limits, and those of the grader."""

import os
import resource

from attempts import TARGETS, attempt
from honest import *

for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE"):
    kind = getattr(resource, f"RLIMIT_{name}")
    attempt(name, lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2), (OSError, ValueError))
    attempt(
        f"{name} of the grader", lambda: resource.prlimit(TARGETS["grader_pid"], kind, (1, 1)), (OSError, ValueError)
    )
attempt("nice", lambda: os.nice(-5))
attempt("priority of the grader", lambda: os.setpriority(os.PRIO_PROCESS, TARGETS["grader_pid"], 19))
attempt("priority of its user", lambda: os.setpriority(os.PRIO_USER, 0, 19))
attempt("processors of the grader", lambda: os.sched_setaffinity(TARGETS["grader_pid"], {0}))
attempt("scheduler", lambda: os.sched_setscheduler(TARGETS["victim_pid"], os.SCHED_IDLE, os.sched_param(0)))
