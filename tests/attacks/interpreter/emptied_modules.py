"""FAILED (raised): empties sys.modules, so that nothing can be imported any more."""

import sys

from honest import *

sys.modules.clear()
raise ImportError("nothing is left")
