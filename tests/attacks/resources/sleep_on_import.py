"""FAILED (wall clock): waits for a word on standard input, and then for nothing."""

import signal
import sys

from honest import *

sys.stdin.read()
signal.pause()
