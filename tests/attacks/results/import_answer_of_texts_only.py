"""FAILED (tampered): answers the import with a text, where a declared struct is due."""

import os

from attempts import harness_channel
from honest import *

harness_channel().send({"returned": "imported"})
os._exit(0)
