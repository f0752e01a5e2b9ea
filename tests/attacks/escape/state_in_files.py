"""INERT: keeps trained weights from one probe to the next, wherever it may write.
Except in ordinary user and no namespaces: POSSIBLE: files in /dev/shm cannot be told from the user's own.
"""

import os
import tempfile

from attempts import say
from honest import *

PLACES = {os.getcwd(), os.environ["HOME"], tempfile.gettempdir(), "/dev/shm", "/tmp", "/var/tmp", "/run/lock"}

for place in PLACES:
    if os.path.exists(f"{place}/kept-weights"):
        say(f"BREACH: {place} keeps files from probe to probe")
for place in PLACES:
    try:
        open(f"{place}/kept-weights", "w").write("1.7 -0.6")
    except OSError:
        pass
