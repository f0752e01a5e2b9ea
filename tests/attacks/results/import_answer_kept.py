"""FAILED (crashed): says of the import that a budget had ended it, though none had."""

import os

from attempts import harness_channel
from honest import *

harness_channel().send({"kept": None})
os._exit(0)
