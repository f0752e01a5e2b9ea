"""FAILED (tampered; loses 4.1): answers with an array whose shape multiplies to more than memory holds."""

import os
import struct

from attempts import harness_channel
from honest import *


def predict(model, x):
    channel = harness_channel()
    header = b'{"value": {"__array__": 0}, "arrays": [{"dtype": "float64", "shape": [4294967296, 4294967296]}]}'
    os.write(3, b"AGF1" + channel._nonce + struct.pack(">IQ", len(header), 0) + header)
    os._exit(0)
