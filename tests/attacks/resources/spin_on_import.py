"""FAILED (cpu budget or wall clock): its import never ends."""

from honest import *

while True:
    pass
