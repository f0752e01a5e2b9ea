"""BLOCKED: writes to the kernel's settings, and to its switches for everything."""

from attempts import attempt
from honest import *

for path in (
    "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory", "/proc/self/mem-not",
    "/sys/kernel/uevent_helper", "/proc/sys/kernel/randomize_va_space", "/proc/self/uid_map", "/proc/self/attr/current",
    "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cgroup.procs", "/proc/self/loginuid", "/proc/self/coredump_filter",
):  # fmt: skip
    attempt(path, lambda: open(path, "w").write("0"))
