"""INERT: takes the rights of its own files and folders away, so that nobody could clear them up."""

import os

from honest import *

os.makedirs("closed/inner")
open("closed/inner/file", "w").close()
for path in ("closed/inner/file", "closed/inner", "closed"):
    os.chmod(path, 0)
