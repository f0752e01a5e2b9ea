"""FAILED (raised): leaves no descriptor for the harness, which needs one to go on."""

import os

from honest import *

kept = []
while True:
    kept.append(os.open("/dev/null", os.O_RDONLY))
