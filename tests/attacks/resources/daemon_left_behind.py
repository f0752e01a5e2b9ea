"""INERT: leaves daemons behind that hold the output and would write when the next probe runs."""

import os
import time

from honest import *

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(0.3)  # longer than the probe lives
            try:
                open("/dev/shm/late", "a").close()
                os.write(1, b"BREACH: a daemon writes for longer than its probe lives\n" * (time.process_time() > 100))
            except OSError:
                os._exit(0)
    os._exit(0)
os.wait()
