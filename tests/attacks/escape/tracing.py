"""BLOCKED: attaches to other processes and to itself, as a debugger does, and copies their memory."""

from attempts import TARGETS, attempt, system_call
from honest import *

for name in ("grader_pid", "zygote_pid", "victim_pid"):
    pid = TARGETS[name]
    attempt("attach", lambda: system_call("ptrace", 16, pid, 0, 0))
    attempt("seize", lambda: system_call("ptrace", 0x4206, pid, 0, 0))
    attempt("read memory", lambda: system_call("process_vm_readv", pid, 0, 0, 0, 0, 0))
    attempt("write memory", lambda: system_call("process_vm_writev", pid, 0, 0, 0, 0, 0))
    attempt("compare", lambda: system_call("kcmp", pid, pid, 0, 0, 0))
attempt("be traced", lambda: system_call("ptrace", 0, 0, 0, 0))
