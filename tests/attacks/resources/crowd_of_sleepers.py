"""INERT: leaves sleeping processes behind that ignore all polite signals."""

import os
import signal
import time

from honest import *

for _ in range(20):
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.setsid()
        time.sleep(1000)
