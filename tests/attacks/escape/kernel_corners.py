"""BLOCKED: uses calls that lead into corners of the kernel with a record of holes."""

from attempts import attempt, system_call
from honest import *

for name in (
    "io_uring_setup", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "shmget", "msgget", "semget",
    "mq_open", "memfd_create", "memfd_secret", "personality", "quotactl",
):  # fmt: skip
    attempt(name, lambda: system_call(name, 0, 0, 0, 0, 0))
