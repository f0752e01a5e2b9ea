"""FAILED (crashed): makes system calls by another processor's numbers, which a filter might not know."""

import ctypes
import os

from honest import *

if os.uname().machine == "x86_64":
    ctypes.CDLL(None).syscall(0x40000000 + 39)  # getpid by the x32 numbers
os.abort()
