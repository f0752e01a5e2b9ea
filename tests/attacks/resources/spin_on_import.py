"""FAILED (cpu budget): its import never ends."""

from honest import *

while True:
    pass
