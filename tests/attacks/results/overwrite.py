"""BLOCKED: writes, replaces, removes, truncates and chmods the results, and what stands around them."""

import os

from attempts import TARGETS, attempt
from honest import *

RESULTS = TARGETS["results"]

open("forged.json", "w").write('{"score": 100}')
attempt("write", lambda: open(RESULTS, "w").write('{"score": 100}'))
attempt("append", lambda: open(RESULTS, "a").write("100"))
attempt("replace", lambda: os.replace("forged.json", RESULTS))
attempt("remove", lambda: os.unlink(RESULTS))
attempt("truncate", lambda: os.truncate(RESULTS, 0))
attempt("new file beside", lambda: open(RESULTS + ".tmp", "w"))
attempt("move the folder", lambda: os.rename(os.path.dirname(RESULTS), "results"))
attempt("symbolic link in its place", lambda: os.symlink("/dev/null", RESULTS + "-link"))
