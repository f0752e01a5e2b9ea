"""FAILED (tampered; loses 4.1): announces a frame of exabytes with the right nonce."""

import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    channel = harness_channel()
    os.write(3, b"AGF1" + channel._nonce + b"\x00\x00\x00\x02" + b"\x7f" + b"\xff" * 7 + b"{}")
    return model(x).detach()
