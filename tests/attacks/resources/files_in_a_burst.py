"""FAILED (raised or disk space or memory or cpu budget; loses 2.1, 4.1): makes looks at the disk slow and rare, and fills it in between."""

import os

from attempts import bounded, say
from honest import *


def build_model():
    for number in range(800):
        os.close(os.open(f"small-{number}", os.O_CREAT | os.O_WRONLY))
    for number in range(60):
        descriptor = os.open(f"large-{number}", os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, bytes(7 << 20))
        os.close(descriptor)
    for number in range(60):
        os.unlink(f"large-{number}")
    if bounded():
        say("BREACH: 420 MiB of disk were filled, and nobody looked")
    raise ValueError
