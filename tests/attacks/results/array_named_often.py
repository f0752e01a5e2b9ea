"""FAILED (tampered; loses 4.1): names one array a thousand times, for whoever stores an answer to store it as often."""

import json
import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    value = {"returned": {"predictions": [{"__array__": 0}] * 1000}}
    head = json.dumps({"value": value, "arrays": [{"dtype": "uint8", "shape": [1 << 19]}]}).encode()
    body = bytes(1 << 19)
    prefix = b"AGF1" + harness_channel()._nonce + len(head).to_bytes(4, "big") + len(body).to_bytes(8, "big")
    rest = prefix + head + body
    while rest:
        rest = rest[os.write(3, rest) :]
    os._exit(0)
