"""FAILED (disk space; loses 4.1): fills the disk with files of allowed size."""

import itertools
import os

from attempts import say
from honest import *


def predict(model, x):
    for number in itertools.count():
        descriptor = os.open(f"part-{number}", os.O_CREAT | os.O_RDWR)
        os.posix_fallocate(descriptor, 0, 7 << 20)
        os.close(descriptor)
        if number > 600:
            say("BREACH: 4 GiB of disk are filled")
            return model(x).detach()
