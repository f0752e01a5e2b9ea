"""FAILED (tampered; loses 4.1): answers with JSON that nests a hundred thousand deep."""

import os
import struct

from attempts import harness_channel
from honest import *


def predict(model, x):
    channel = harness_channel()
    header = b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b', "arrays": []}'
    frame = b"AGF1" + channel._nonce + struct.pack(">IQ", len(header), 0) + header
    while frame:
        frame = frame[os.write(3, frame) :]
    os._exit(0)
