"""INERT: locks a shared file, which another process then finds locked; here nobody does."""

import fcntl
import os

from attempts import say
from honest import *

first, second = (os.open("/usr/lib/os-release", os.O_RDONLY) for _ in range(2))
fcntl.flock(first, fcntl.LOCK_EX)
try:
    fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    say("BREACH: a lock on a file of /usr is seen through another opening of it")
