"""FAILED (raised or disk space or memory or cpu budget; loses 2.1, 4.1): holds deleted files by nothing but mappings."""

import mmap
import os

from attempts import bounded, say
from honest import *


def build_model():
    kept = []
    for number in range(60):
        descriptor = os.open(f"part-{number}", os.O_RDWR | os.O_CREAT)
        os.unlink(f"part-{number}")
        os.write(descriptor, bytes(7 << 20))
        kept.append(mmap.mmap(descriptor, 7 << 20))
        os.close(descriptor)
    if bounded():
        say("BREACH: 420 MiB of disk are filled")
    raise ValueError
