"""FAILED (tampered): names statements that an import has left out, as numbers."""

import os

from attempts import harness_channel
from honest import *

harness_channel().send({"returned": {"given_up": [1, None, {}]}})
os._exit(0)
