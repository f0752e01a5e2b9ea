"""FAILED (tampered; loses 4.1): answers with an array whose shape multiplies to more than memory holds."""

import gc
import os
import struct

from honest import *


def predict(model, x):
    channel = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Channel")
    header = b'{"value": {"__array__": 0}, "arrays": [{"dtype": "float64", "shape": [4294967296, 4294967296]}]}'
    os.write(3, b"AGF1" + channel._nonce + struct.pack(">IQ", len(header), 0) + header)
    os._exit(0)
