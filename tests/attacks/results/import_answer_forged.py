"""FAILED (tampered): forges the answer of the harness's own probe, which imports the submission."""

import os

from attempts import harness_channel
from honest import *

harness_channel().send({"returned": {"names": 5, "given_up": 7}})
os._exit(0)
