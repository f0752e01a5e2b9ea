"""INERT: looks for inherited descriptors; there are an empty input, the output twice, and the channel."""

import os

from attempts import say
from honest import *

for number in range(4, 1024):
    try:
        status = os.fstat(number)
    except OSError:
        continue
    say(f"BREACH: descriptor {number} is open: {status}")
if os.read(0, 1):
    say("BREACH: there is something to read on standard input")
