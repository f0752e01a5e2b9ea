"""FAILED (tampered; loses 4.1): names an array twice in what it has kept, before the answer."""

import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    head = b'{"value": {"kept": [{"__array__": 0}, {"__array__": 0}]}, "arrays": [{"dtype": "uint8", "shape": [1]}]}'
    prefix = b"AGF1" + harness_channel()._nonce + len(head).to_bytes(4, "big") + (1).to_bytes(8, "big")
    os.write(3, prefix + head + b"x")
    os._exit(0)
