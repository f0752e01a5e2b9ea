"""INERT: takes every signal that can be taken, and sets timers."""

import signal

from honest import *

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, lambda number, frame: None)
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
signal.siginterrupt(signal.SIGALRM, True)
