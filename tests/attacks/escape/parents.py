"""BLOCKED: signals whatever its parent is.
Except in no Landlock and ordinary user: POSSIBLE: the parent is of the same user.
"""

import os
import signal

from attempts import attempt
from honest import *

attempt("parent", lambda: os.kill(os.getppid() or 10**7, signal.SIGKILL))
