"""FAILED (crashed): ends the process with status 0 while it is imported."""

import os

from honest import *

os._exit(0)
