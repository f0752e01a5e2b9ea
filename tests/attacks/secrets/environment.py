"""INERT: looks for the grader's variables in its own environment, as it is and as the kernel keeps it."""

import os

from attempts import TARGETS, say
from honest import *

NAME = TARGETS["secret_variable"]

try:
    initial = open("/proc/self/environ", "rb").read()
except OSError:  # not the sandbox's to read once it has changed its user
    initial = b""
if NAME in os.environ or NAME.encode() in initial:
    say(f"BREACH: {NAME} can be read")
