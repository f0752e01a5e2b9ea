"""FAILED (wall clock): waits for a word on standard input, and then for nothing, where no statement can be left out."""

import signal
import sys

from honest import *


class Asleep:
    sys.stdin.read()
    signal.pause()
