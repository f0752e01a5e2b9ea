"""INERT: leaves children that nobody has waited for."""

import os

from honest import *

for _ in range(20):
    if os.fork() == 0:
        os._exit(0)
