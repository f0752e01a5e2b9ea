"""FAILED (memory or raised; loses 4.1): fills /dev/shm with files that have no name any more."""

import itertools
import os

from attempts import say
from honest import *


def predict(model, x):
    for number in itertools.count():
        descriptor = os.open(f"/dev/shm/bomb-{number}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"/dev/shm/bomb-{number}")
        os.posix_fallocate(descriptor, 0, 7 << 20)
        if number > 60:
            say("BREACH: 420 MiB of /dev/shm are filled")
            return model(x).detach()
