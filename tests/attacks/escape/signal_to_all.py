"""INERT: sends a deadly signal to every process; the call tells nothing, but those beside the sandbox live on."""

import os
import signal

from honest import *

try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass
