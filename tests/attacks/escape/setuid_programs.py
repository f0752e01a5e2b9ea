"""BLOCKED: runs programs that give their caller more rights."""

import subprocess

from attempts import attempt
from honest import *

COMMANDS = (
    ["su", "-c", "cat /etc/shadow"], ["sudo", "-n", "id"], ["mount", "-t", "tmpfs", "none", "/mnt"],
    ["passwd", "-d", "root"], ["newgrp", "root"], ["pkexec", "id"], ["crontab", "-l"],
)  # fmt: skip

for command in COMMANDS:
    attempt(
        command[0],
        lambda: subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=1,
        ),
        (OSError, subprocess.SubprocessError),
    )  # fmt: skip
