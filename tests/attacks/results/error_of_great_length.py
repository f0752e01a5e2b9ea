"""FAILED (tampered; loses 4.1): forges an exception with a message of a million characters."""

import os

from attempts import harness_channel
from honest import *


def predict(model, x):
    error = {"kind": "ValueError", "message": "x" * 1_000_000, "traceback": "", "importing": False}
    harness_channel().send({"raised": error})
    os._exit(0)
