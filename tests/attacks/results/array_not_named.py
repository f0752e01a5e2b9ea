"""FAILED (tampered; loses 4.1): brings an array along that its answer does not name."""

import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    head = b'{"value": {"returned": 1}, "arrays": [{"dtype": "uint8", "shape": [65536]}]}'
    prefix = b"AGF1" + harness_channel()._nonce + len(head).to_bytes(4, "big") + (65536).to_bytes(8, "big")
    os.write(3, prefix + head + bytes(65536))
    os._exit(0)
