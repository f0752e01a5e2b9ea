"""FAILED (crashed; loses 2.1, 4.1): prints escape sequences that clear the screen, set titles and type commands, and crashes."""

import os

from honest import *


def build_model():
    print("\x1b[2J\x1b]0;title\x07\x1bP+q544e\x1b\\\x1b]52;c;cm0gLXJmIC8=\x07\x9b31m\x08\x08\x7f\r100/100", flush=True)
    os.abort()
