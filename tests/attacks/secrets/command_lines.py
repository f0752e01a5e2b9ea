"""INERT: reads the command lines of all processes, which hold no path of a secret."""

import glob

from attempts import TARGETS, say
from honest import *

for path in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        line = open(path, "rb").read()
    except OSError:
        continue
    if any(hidden.encode() in line for hidden in [*TARGETS["hidden"], TARGETS["labels"]]):
        say(f"BREACH: a command line names a secret: {line!r}")
