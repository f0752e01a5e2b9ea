"""BLOCKED: types commands into the terminal of whoever grades."""

import fcntl
import os
import termios

from attempts import attempt
from honest import *

for number in range(3):
    attempt(f"descriptor {number}", lambda: fcntl.ioctl(number, termios.TIOCSTI, b"x"))
attempt("/dev/tty", lambda: os.open("/dev/tty", os.O_RDWR))
attempt("/dev/console", lambda: os.open("/dev/console", os.O_RDWR))
attempt("/dev/ptmx", lambda: fcntl.ioctl(os.open("/dev/ptmx", os.O_RDWR), termios.TIOCSTI, b"x"))
