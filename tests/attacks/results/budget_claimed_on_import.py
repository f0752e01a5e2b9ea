"""FAILED (crashed): claims on import that a budget is used up, for a fault of the machine to be seen in it."""

import os
import signal

from honest import *

os.kill(os.getpid(), signal.SIGXCPU)
