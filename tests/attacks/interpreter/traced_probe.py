"""INERT: traces the harness's own functions, and looks for labels among their variables."""

import sys

from attempts import say
from honest import *

MODULES = ("probes", "autograder.worker.child", "autograder.worker.run_probe")


def look(frame, event, argument):
    if "labels" in frame.f_locals and frame.f_globals.get("__name__") in MODULES:
        say("BREACH: labels pass by")
    return look


sys.settrace(look)
sys.setprofile(lambda frame, event, argument: None)
