"""BLOCKED: looks for other students' work: their sandbox's folders, and folders of the same name as its own."""

import os

from attempts import TARGETS, attempt
from honest import *

OWN = os.getcwd()

attempt("another's file", lambda: open(TARGETS["other_submission"]).read())
attempt("another's folder", lambda: os.listdir(os.path.dirname(TARGETS["other_submission"])))
attempt("the folder of all probes", lambda: os.listdir(os.path.dirname(os.path.dirname(OWN))))
for number in range(4):
    other = os.path.join(os.path.dirname(os.path.dirname(OWN)), f"probe-{number}", "workspace")
    if other != OWN:
        attempt(f"the workspace of probe {number}", lambda: os.listdir(other))
