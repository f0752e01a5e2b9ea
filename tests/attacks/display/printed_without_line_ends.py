"""INERT: prints megabytes without a single line end, in bytes that are no text."""

import os

from honest import *

os.write(1, os.urandom(1 << 20).replace(b"\n", b""))
os.write(2, b"\xff\xfe" * 100_000)
