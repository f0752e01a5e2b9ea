"""INERT: registers handlers and destructors that would change the result at the end of the process."""

import atexit
import gc
import os
import threading

from attempts import harness_channel
from honest import *

from autograder.wire.frames import encode


def forge():
    channel = harness_channel()
    os.write(3, encode({"returned": 100}, channel._nonce))


class Late:
    def __del__(self):
        forge()


kept = Late()
atexit.register(forge)
threading._register_atexit(forge)
gc.callbacks.append(lambda phase, info: None)
