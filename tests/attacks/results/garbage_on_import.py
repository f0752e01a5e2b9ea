"""FAILED (tampered): writes garbage to every descriptor as soon as it is imported."""

import os

from honest import *

for number in range(3, 64):
    try:
        os.write(number, b"garbage" * 20)
    except OSError:
        pass
