"""BLOCKED: opens what only an administrator may read: memory, disks, passwords, keys, logs of the kernel."""

import glob

from attempts import attempt, system_call
from honest import *

for path in ("/etc/shadow", "/etc/ssh/ssh_host_ed25519_key", "/dev/mem", "/dev/kmsg", "/proc/kcore", "/root/.bashrc"):
    attempt(path, lambda: open(path, "rb").read(1))
for path in glob.glob("/dev/[sv]d*")[:2] + ["/dev/fuse", "/dev/kvm", "/dev/net/tun"]:
    attempt(path, lambda: open(path, "r+b"))
attempt("the kernel's log", lambda: system_call("syslog", 3, b" " * 64, 64))
