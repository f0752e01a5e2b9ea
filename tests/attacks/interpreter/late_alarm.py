"""FAILED (raised): a timer goes off and raises in the middle of the harness's own code."""

import signal

from honest import *


def interrupt(number, frame):
    raise KeyboardInterrupt("now")


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.02)
while True:
    pass
