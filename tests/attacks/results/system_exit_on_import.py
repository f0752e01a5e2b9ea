"""FAILED (raised): calls sys.exit(0) while it is imported."""

import sys

from honest import *

sys.exit(0)
