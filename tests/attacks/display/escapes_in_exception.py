"""FAILED (raised; loses 2.1, 4.1): raises an exception whose message and class are full of escape sequences."""

from honest import *


def build_model():
    raise type("\x1b[32mPassed\x1b[0m", (Exception,), {})(
        "\x1b[1A\x1b[2K\x1b[32m✓ 4.1  3 / 3\x1b[0m\r\x1b]8;;http://x\x07"
    )
