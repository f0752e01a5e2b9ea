"""FAILED (disk space or cpu budget; loses 2.1, 4.1): fills the disk with files without a name.

Except in no namespaces and root: POSSIBLE: Docker's root may not look at another user's descriptors; CPU time bounds it.
"""

import os

from attempts import say
from honest import *


def build_model():
    for number in range(45):  # more than the limit of 200 MiB, and little of the CPU budget
        descriptor = os.open(f"part-{number}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"part-{number}")
        os.posix_fallocate(descriptor, 0, 7 << 20)
    say("BREACH: 315 MiB of disk are filled")
    return nn.Linear(1, 1)
